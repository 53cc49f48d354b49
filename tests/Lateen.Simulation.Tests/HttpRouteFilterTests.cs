namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;

/// <summary>What filters, timeouts and retries of an HTTPRoute do to a request.</summary>
public sealed class HttpRouteFilterTests
{
    private const string Backend = "backendRefs: [{name: reviews-v2, port: 9080}]";

    [Fact]
    [Trait("field", "HTTPRoute.spec.rules.filters.requestHeaderModifier")]
    public void Request_headers_are_set_added_and_removed()
    {
        using Mesh mesh = With("""
            {type: RequestHeaderModifier, requestHeaderModifier:
              {set: [{name: X-Set, value: new}], add: [{name: x-add, value: two}], remove: [x-gone]}}
            """);

        CallResult call = mesh.CallInto("edge-istio", "GET http://shop.example/", "x-set: old", "x-add: one", "x-gone: here");

        Assert.Equal("new", call.SeenHeader("x-set"));
        Assert.Equal(["one", "two"], call.Seen[^1].Headers.Where(each => each.Key == "x-add").Select(each => each.Value));
        Assert.Null(call.SeenHeader("x-gone"));
    }

    [Fact]
    [Trait("field", "HTTPRoute.spec.rules.filters.responseHeaderModifier")]
    public void Response_headers_are_set_and_removed()
    {
        using Mesh mesh = With("""
            {type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: x-set, value: new}], remove: [x-workload]}}
            """);

        CallResult call = mesh.CallInto("edge-istio", "GET http://shop.example/");

        Assert.Equal("new", call.Header("x-set"));
        Assert.Null(call.Header("x-workload"));
    }

    [Fact]
    [Trait("field", "HTTPRoute.spec.rules.backendRefs.filters")]
    public void A_backend_s_filters_change_headers_of_its_requests_only()
    {
        using Mesh mesh = HttpRouteMatchTests.WithRoutes(GatewayApiWorlds.HttpRoute("""
            [{backendRefs: [
              {name: reviews-v1, port: 9080, weight: 1},
              {name: reviews-v2, port: 9080, weight: 1, filters: [
                {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-share, value: two}]}},
                {type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: x-answer, value: two}]}}]}]}]
            """));

        List<CallResult> calls = [.. Enumerable.Range(0, 40).Select(_ => mesh.CallInto("edge-istio", "GET http://shop.example/"))];

        Assert.All(calls, call => Assert.Equal(call.Workload == "reviews-v2" ? "two" : null, call.SeenHeader("x-share")));
        Assert.All(calls, call => Assert.Equal(call.Workload == "reviews-v2" ? "two" : null, call.Header("x-answer")));
        Assert.Equal(2, calls.Select(call => call.Workload).Distinct().Count());
    }

    [Theory]
    [Trait("field", "HTTPRoute.spec.rules.filters.requestRedirect")]
    [InlineData("{hostname: new.example}", "/", "/a/b", 302, "http://new.example/a/b")]
    [InlineData("{hostname: new.example, statusCode: 301}", "/", "/a?x=1", 301, "http://new.example/a?x=1")]
    [InlineData("{statusCode: 308, hostname: new.example}", "/", "/", 308, "http://new.example/")]
    [InlineData("{scheme: https}", "/", "/a", 302, "https://shop.example/a")]
    [InlineData("{scheme: https, port: 8443}", "/", "/a", 302, "https://shop.example:8443/a")]
    [InlineData("{port: 8080}", "/", "/a", 302, "http://shop.example:8080/a")]
    [InlineData("{path: {type: ReplaceFullPath, replaceFullPath: /full}}", "/a", "/a/b", 302, "http://shop.example/full")]
    [InlineData("{path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}", "/a", "/a/b", 302, "http://shop.example/new/b")]
    [InlineData("{path: {type: ReplacePrefixMatch, replacePrefixMatch: /new/}}", "/a", "/a", 302, "http://shop.example/new")]
    [InlineData("{path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}", "/a", "/a/b", 302, "http://shop.example/b")]
    [InlineData("{path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}", "/a", "/a", 302, "http://shop.example/")]
    [InlineData("{path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}", "/", "/b", 302, "http://shop.example/new/b")]
    public void A_redirect_leads_to(string redirect, string prefix, string path, int status, string location)
    {
        using Mesh mesh = HttpRouteMatchTests.WithRoutes(GatewayApiWorlds.HttpRoute(
            $$$"""[{matches: [{path: {value: {{{prefix}}}}}], filters: [{type: RequestRedirect, requestRedirect: {{{redirect}}}}]}]"""));

        CallResult call = mesh.CallInto("edge-istio", "GET http://shop.example" + path, "host: shop.example");

        Assert.Equal(status, call.Status);
        Assert.Equal(location, call.Header("location"));
        Assert.Empty(call.Seen);
    }

    [Theory]
    [Trait("field", "HTTPRoute.spec.rules.filters.urlRewrite")]
    [InlineData("{hostname: inside.example}", "/", "/a", "/a", "inside.example")]
    [InlineData("{path: {type: ReplaceFullPath, replaceFullPath: /full}}", "/a", "/a/b?x=1", "/full?x=1", "shop.example")]
    [InlineData("{path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}", "/a", "/a/b", "/new/b", "shop.example")]
    [InlineData("{path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}", "/a", "/a", "/new", "shop.example")]
    [InlineData("{path: {type: ReplacePrefixMatch, replacePrefixMatch: /new/}}", "/a", "/a/b", "/new/b", "shop.example")]
    [InlineData("{path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}", "/a", "/a/b?x=1", "/b?x=1", "shop.example")]
    [InlineData("{path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}", "/a", "/a", "/", "shop.example")]
    [InlineData("{path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}", "/", "/b", "/new/b", "shop.example")]
    public void A_rewrite_changes_what_the_backend_sees(string rewrite, string prefix, string path, string seen, string host)
    {
        using Mesh mesh = HttpRouteMatchTests.WithRoutes(GatewayApiWorlds.HttpRoute(
            $$$"""[{matches: [{path: {value: {{{prefix}}}}}], filters: [{type: URLRewrite, urlRewrite: {{{rewrite}}}}], {{{Backend}}}}]"""));

        CallResult call = mesh.CallInto("edge-istio", "GET http://shop.example" + path);

        Assert.Equal(200, call.Status);
        Assert.Equal(seen, call.Seen[^1].Path);
        Assert.Equal(host, call.SeenHeader("host"));
    }

    [Theory]
    [Trait("field", "HTTPRoute.spec.rules.filters.requestMirror")]
    [InlineData("", 100, 100)]
    [InlineData(", percent: 50", 30, 70)]
    [InlineData(", fraction: {numerator: 1, denominator: 2}", 30, 70)]
    [InlineData(", percent: 0", 0, 0)]
    public void A_mirror_gets_its_share_of_copies(string share, int least, int most)
    {
        using Mesh mesh = With($$$"""{type: RequestMirror, requestMirror: {backendRef: {name: reviews-v3, port: 9080}{{{share}}}}}""");

        for (int i = 0; i < 100; i++)
        {
            Assert.Equal("reviews-v2", mesh.CallInto("edge-istio", "GET http://shop.example/").Workload);
        }

        mesh.Network.RunUntilIdle();
        Assert.InRange(mesh.Pod("reviews-v3").App.RequestCount, least, most);
    }

    [Fact]
    [Trait("field", "HTTPRoute.spec.rules.filters.cors")]
    public void A_preflight_from_an_allowed_origin_is_answered_and_from_another_says_nothing()
    {
        using Mesh mesh = With("""
            {type: CORS, cors: {allowOrigins: ["https://*.good.example"], allowMethods: [PUT], allowHeaders: [x-own], maxAge: 60,
              allowCredentials: true}}
            """);

        CallResult good = mesh.CallInto(
            "edge-istio", "OPTIONS http://shop.example/", "origin: https://app.good.example", "access-control-request-method: PUT");
        CallResult bad = mesh.CallInto(
            "edge-istio", "OPTIONS http://shop.example/", "origin: https://evil.example", "access-control-request-method: PUT");

        Assert.Equal(200, good.Status);
        Assert.Equal("https://app.good.example", good.Header("access-control-allow-origin"));
        Assert.Equal("PUT", good.Header("access-control-allow-methods"));
        Assert.Equal("60", good.Header("access-control-max-age"));
        Assert.Null(bad.Header("access-control-allow-origin"));
        Assert.Empty(good.Seen);
    }

    [Theory]
    [Trait("field", "HTTPRoute.spec.rules.timeouts.request")]
    [Trait("field", "HTTPRoute.spec.rules.timeouts.backendRequest")]
    [InlineData("{request: 2s}", 2000, 2100)]
    [InlineData("{request: 9s, backendRequest: 1s}", 1000, 9100)]
    public void A_silent_backend_meets_the_timeout(string timeouts, int least, int most)
    {
        using Mesh mesh = HttpRouteMatchTests.WithRoutes(GatewayApiWorlds.HttpRoute($$$"""[{timeouts: {{{timeouts}}}, {{{Backend}}}}]"""));
        mesh.Pod("reviews-v2").App.Answer = _ => null;

        CallResult call = mesh.CallInto("edge-istio", "GET http://shop.example/");

        Assert.Equal(504, call.Status);
        Assert.InRange(call.Elapsed.TotalMilliseconds, least, most);
    }

    [Fact]
    [Trait("field", "HTTPRoute.spec.rules.retry")]
    public void An_answer_with_a_listed_code_is_tried_again()
    {
        using Mesh mesh = HttpRouteMatchTests.WithRoutes(
            GatewayApiWorlds.HttpRoute($$$"""[{retry: {codes: [500], attempts: 3, backoff: 10ms}, {{{Backend}}}}]"""));
        SimulatedPod pod = mesh.Pod("reviews-v2");
        pod.App.Answer = _ => pod.Fail(500);

        CallResult call = mesh.CallInto("edge-istio", "GET http://shop.example/");

        Assert.Equal(500, call.Status);
        Assert.Equal(4, call.Attempts);
    }

    [Theory]
    [Trait("field", "HTTPRoute.spec.rules.backendRefs")]
    [InlineData("[]", 500)]
    [InlineData("[{name: nobody, port: 9080}]", 500)]
    [InlineData("[{name: reviews-v2, port: 1}]", 500)]
    [InlineData("[{name: reviews-v2}]", 500)]
    [InlineData("[{kind: Secret, name: reviews-v2, port: 9080}]", 500)]
    [InlineData("[{name: reviews-v2, port: 9080, weight: 0}]", 500)]
    [InlineData("[{name: reviews-v2, port: 9080}]", 200)]
    public void Without_a_backend_that_can_be_called_the_answer_is_500(string backends, int status)
    {
        using Mesh mesh = HttpRouteMatchTests.WithRoutes(GatewayApiWorlds.HttpRoute($$$"""[{backendRefs: {{{backends}}}}]"""));

        Assert.Equal(status, mesh.CallInto("edge-istio", "GET http://shop.example/").Status);
    }

    [Fact]
    [Trait("field", "HTTPRoute.spec.rules.backendRefs.weight")]
    public void A_backend_that_does_not_exist_fails_its_share_and_no_more()
    {
        using Mesh mesh = HttpRouteMatchTests.WithRoutes(GatewayApiWorlds.HttpRoute(
            "[{backendRefs: [{name: reviews-v2, port: 9080, weight: 3}, {name: nobody, port: 9080, weight: 1}]}]"));

        List<int> statuses = [.. Enumerable.Range(0, 400).Select(_ => mesh.CallInto("edge-istio", "GET http://shop.example/").Status)];

        Assert.InRange(statuses.Count(status => status == 500), 60, 140);
        Assert.Equal(400, statuses.Count(status => status is 200 or 500));
    }

    private static Mesh With(string filter) =>
        HttpRouteMatchTests.WithRoutes(GatewayApiWorlds.HttpRoute($$$"""[{filters: [{{{filter}}}], {{{Backend}}}}]"""));
}
