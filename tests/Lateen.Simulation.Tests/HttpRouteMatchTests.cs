namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;

/// <summary>Which rule of an HTTPRoute a request meets.</summary>
public sealed class HttpRouteMatchTests
{
    private const string ToV1 = "backendRefs: [{name: reviews-v1, port: 9080}]";
    private const string ToV2 = "backendRefs: [{name: reviews-v2, port: 9080}]";

    [Theory]
    [Trait("field", "HTTPRoute.spec.rules.matches.path")]
    [Trait("field", "HTTPRoute.spec.rules.matches.headers")]
    [Trait("field", "HTTPRoute.spec.rules.matches.queryParams")]
    [Trait("field", "HTTPRoute.spec.rules.matches.method")]
    [InlineData("{path: {type: Exact, value: /a}}", "GET /a", "", true)]
    [InlineData("{path: {type: Exact, value: /a}}", "GET /a/", "", false)]
    [InlineData("{path: {type: Exact, value: /a}}", "GET /A", "", false)]
    [InlineData("{path: {type: PathPrefix, value: /a}}", "GET /a", "", true)]
    [InlineData("{path: {type: PathPrefix, value: /a}}", "GET /a/b", "", true)]
    [InlineData("{path: {type: PathPrefix, value: /a}}", "GET /a?x=1", "", true)]
    [InlineData("{path: {type: PathPrefix, value: /a/}}", "GET /a", "", true)]
    [InlineData("{path: {type: PathPrefix, value: /a}}", "GET /ab", "", false)]
    [InlineData("{path: {value: /a}}", "GET /a/b", "", true)]
    [InlineData("{path: {value: /}}", "GET /anything", "", true)]
    [InlineData("{path: {type: RegularExpression, value: '/item/[0-9]+'}}", "GET /item/17", "", true)]
    [InlineData("{path: {type: RegularExpression, value: '/item/[0-9]+'}}", "GET /item/17/x", "", false)]
    [InlineData("{headers: [{name: X-User, value: jason}]}", "GET /", "x-user: jason", true)]
    [InlineData("{headers: [{name: x-user, value: jason}]}", "GET /", "x-user: anna", false)]
    [InlineData("{headers: [{name: x-user, value: jason}, {name: X-USER, value: anna}]}", "GET /", "x-user: jason", true)]
    [InlineData("{headers: [{type: RegularExpression, name: x-user, value: 'j.*'}]}", "GET /", "x-user: jason", true)]
    [InlineData("{queryParams: [{name: v, value: '2'}]}", "GET /?v=2", "", true)]
    [InlineData("{queryParams: [{name: v, value: '2'}]}", "GET /?v=3", "", false)]
    [InlineData("{queryParams: [{type: RegularExpression, name: v, value: '[0-9]'}]}", "GET /?v=3", "", true)]
    [InlineData("{method: POST}", "POST /", "", true)]
    [InlineData("{method: POST}", "GET /", "", false)]
    [InlineData("{path: {value: /a}, method: GET}", "PUT /a", "", false)]
    public void A_match_decides_as_its_words_say(string match, string request, string header, bool isMet)
    {
        using Mesh mesh = WithRoutes(GatewayApiWorlds.HttpRoute($$"""[{matches: [{{match}}], {{ToV2}}}]"""));
        string url = request.Replace(" /", " http://shop.example/", StringComparison.Ordinal);

        CallResult call = mesh.CallInto("edge-istio", url, header.Length > 0 ? [header] : []);

        Assert.Equal(isMet ? 200 : 404, call.Status);
        Assert.Equal(isMet ? "reviews-v2" : "", call.Workload);
    }

    [Theory]
    [Trait("field", "HTTPRoute.spec.rules.matches")]
    [InlineData("an exact path before a prefix", "{path: {value: /a}}", "{path: {type: Exact, value: /a}}", "GET /a", "")]
    [InlineData("the longer prefix", "{path: {value: /a}}", "{path: {value: /a/b}}", "GET /a/b/c", "")]
    [InlineData("a prefix before every path", "{path: {value: /}}", "{path: {value: /a}}", "GET /a", "")]
    [InlineData("a prefix before a regular expression",
        "{path: {type: RegularExpression, value: '/a/.*'}}", "{path: {value: /a}}", "GET /a/b", "")]
    [InlineData("a method before none", "{path: {value: /a}}", "{path: {value: /a}, method: GET}", "GET /a", "")]
    [InlineData("a method before headers",
        "{path: {value: /a}, headers: [{name: x, value: q}]}", "{path: {value: /a}, method: GET}", "GET /a", "x: q")]
    [InlineData("more headers", "{headers: [{name: x, value: q}]}", "{headers: [{name: x, value: q}, {name: z, value: q}]}", "GET /", "x: q|z: q")]
    [InlineData("more query parameters", "{path: {value: /}}", "{queryParams: [{name: v, value: '2'}]}", "GET /?v=2", "")]
    public void The_more_specific_match_wins_wherever_it_stands(string rule, string wide, string narrow, string request, string headers)
    {
        Assert.NotEmpty(rule);
        string url = request.Replace(" /", " http://shop.example/", StringComparison.Ordinal);
        string[] given = headers.Split('|', StringSplitOptions.RemoveEmptyEntries);
        using Mesh inOneRoute = WithRoutes(
            GatewayApiWorlds.HttpRoute($$"""[{matches: [{{wide}}], {{ToV1}}}, {matches: [{{narrow}}], {{ToV2}}}]"""));
        using Mesh inTwoRoutes = WithRoutes(
            GatewayApiWorlds.HttpRoute($$"""[{matches: [{{wide}}], {{ToV1}}}]""", "a-older"),
            GatewayApiWorlds.HttpRoute($$"""[{matches: [{{narrow}}], {{ToV2}}}]""", "b-newer", created: "2026-02-02T00:00:00Z"));

        Assert.Equal("reviews-v2", inOneRoute.CallInto("edge-istio", url, given).Workload);
        Assert.Equal("reviews-v2", inTwoRoutes.CallInto("edge-istio", url, given).Workload);
    }

    [Theory]
    [Trait("field", "HTTPRoute.metadata.creationTimestamp")]
    [InlineData("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "reviews-v1")]
    [InlineData("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z", "reviews-v2")]
    [InlineData("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "reviews-v1")]
    public void Of_equal_matches_the_older_route_s_wins_then_the_first_by_name(string createdOne, string createdTwo, string winner)
    {
        using Mesh mesh = WithRoutes(
            GatewayApiWorlds.HttpRoute($$"""[{ {{ToV2}} }]""", "two", created: createdTwo),
            GatewayApiWorlds.HttpRoute($$"""[{ {{ToV1}} }]""", "one", created: createdOne));

        Assert.Equal(winner, mesh.CallInto("edge-istio", "GET http://shop.example/").Workload);
    }

    [Fact]
    [Trait("field", "HTTPRoute.spec.rules")]
    public void Of_equal_matches_in_one_route_the_first_wins()
    {
        using Mesh mesh = WithRoutes(GatewayApiWorlds.HttpRoute($$"""[{ {{ToV1}} }, { {{ToV2}} }]"""));

        Assert.Equal("reviews-v1", mesh.CallInto("edge-istio", "GET http://shop.example/").Workload);
    }

    internal static Mesh WithRoutes(params string[] routes) =>
        Mesh.Bookinfo([GatewayApiWorlds.HttpEdge, GatewayApiWorlds.ReviewsVersions, .. routes]);
}
