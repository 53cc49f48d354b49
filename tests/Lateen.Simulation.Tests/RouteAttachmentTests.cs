namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;

/// <summary>At which listeners and hosts a route applies, and what mesh routes do to callers.</summary>
public sealed class RouteAttachmentTests
{
    private const string ToV1 = "[{backendRefs: [{name: reviews-v1, port: 9080}]}]";
    private const string ToV2 = "[{backendRefs: [{name: reviews-v2, port: 9080}]}]";
    private const string Reviews = "GET http://reviews:9080/reviews/0";

    [Theory]
    [Trait("field", "HTTPRoute.spec.hostnames")]
    [Trait("field", "gateway.networking.k8s.io/Gateway.spec.listeners.hostname")]
    [InlineData("", "[]", "any.example", true)]
    [InlineData("", "[shop.example]", "shop.example", true)]
    [InlineData("", "[shop.example]", "shop.example:80", true)]
    [InlineData("", "[shop.example]", "other.example", false)]
    [InlineData("", "['*.example']", "a.b.example", true)]
    [InlineData("", "['*.example']", "example", false)]
    [InlineData("shop.example", "[]", "shop.example", true)]
    [InlineData("shop.example", "[]", "other.example", false)]
    [InlineData("'*.example'", "[shop.example]", "shop.example", true)]
    [InlineData("'*.example'", "[shop.example]", "other.example", false)]
    [InlineData("'*.example'", "[shop.test]", "shop.test", false)]
    [InlineData("shop.example", "['*.example']", "shop.example", true)]
    [InlineData("shop.example", "['*.example']", "other.example", false)]
    public void A_request_is_taken_when_listener_and_route_both_name_its_host(string listener, string route, string host, bool taken)
    {
        string hostname = listener.Length > 0 ? ", hostname: " + listener : "";
        using Mesh mesh = With(
            GatewayApiWorlds.Edge($$$"""[{name: http, port: 80, protocol: HTTP{{{hostname}}}}]"""),
            GatewayApiWorlds.HttpRoute(ToV2, hostnames: route));

        Assert.Equal(taken ? 200 : 404, mesh.CallInto("edge-istio", "GET http://edge/", "host: " + host).Status);
    }

    [Fact]
    [Trait("field", "gateway.networking.k8s.io/Gateway.spec.listeners.hostname")]
    public void The_listener_that_names_a_host_most_closely_takes_it_even_without_routes()
    {
        using Mesh mesh = With(
            GatewayApiWorlds.Edge("""
                [{name: any, port: 80, protocol: HTTP}, {name: wild, port: 80, protocol: HTTP, hostname: '*.example'},
                 {name: exact, port: 80, protocol: HTTP, hostname: shop.example}]
                """),
            Section("any", ToV1, "any"),
            Section("wild", ToV2, "wild"));

        Assert.Equal("reviews-v1", mesh.CallInto("edge-istio", "GET http://edge/", "host: shop.test").Workload);
        Assert.Equal("reviews-v2", mesh.CallInto("edge-istio", "GET http://edge/", "host: a.example").Workload);
        Assert.Equal(404, mesh.CallInto("edge-istio", "GET http://edge/", "host: shop.example").Status);
    }

    [Fact]
    [Trait("field", "HTTPRoute.spec.parentRefs.sectionName")]
    [Trait("field", "HTTPRoute.spec.parentRefs.port")]
    public void A_section_name_or_a_port_limits_a_route_to_a_listener()
    {
        using Mesh mesh = With(
            GatewayApiWorlds.Edge("[{name: one, port: 80, protocol: HTTP}, {name: two, port: 8081, protocol: HTTP}]"),
            Section("a", ToV1, "one"),
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: b}
            spec:
              parentRefs: [{name: edge, port: 8081}]
              rules: [{backendRefs: [{name: reviews-v2, port: 9080}]}]
            """);

        Assert.Equal("reviews-v1", mesh.CallInto("edge-istio", "GET http://edge:80/").Workload);
        Assert.Equal("reviews-v2", mesh.CallInto("edge-istio", "GET http://edge:8081/").Workload);
    }

    [Theory]
    [Trait("field", "gateway.networking.k8s.io/Gateway.spec.listeners.allowedRoutes.namespaces")]
    [InlineData("{from: Same}", 404)]
    [InlineData("{from: All}", 200)]
    [InlineData("{from: Selector, selector: {matchLabels: {team: shop}}}", 200)]
    [InlineData("{from: Selector, selector: {matchExpressions: [{key: team, operator: NotIn, values: [shop]}]}}", 404)]
    [InlineData("{from: None}", 404)]
    public void Routes_of_other_namespaces_attach_where_the_listener_lets_them(string namespaces, int status)
    {
        using Mesh mesh = With(
            GatewayApiWorlds.Edge($$$"""[{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {{{namespaces}}}}}]"""),
            "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: shop}}}",
            ForeignRoute,
            Grant);

        Assert.Equal(status, mesh.CallInto("edge-istio", "GET http://edge/").Status);
    }

    [Theory]
    [Trait("field", "ReferenceGrant.spec.from")]
    [Trait("field", "ReferenceGrant.spec.to")]
    [InlineData("HTTPRoute", "shop", "Service", 200)]
    [InlineData("HTTPRoute", "other", "Service", 500)]
    [InlineData("GRPCRoute", "shop", "Service", 500)]
    [InlineData("HTTPRoute", "shop", "Secret", 500)]
    public void A_backend_in_another_namespace_needs_a_grant_there(string kind, string ns, string to, int status)
    {
        string grant = Grant
            .Replace("kind: HTTPRoute, namespace: shop", $"kind: {kind}, namespace: {ns}", StringComparison.Ordinal)
            .Replace("kind: Service", "kind: " + to, StringComparison.Ordinal);
        using Mesh mesh = With(GatewayApiWorlds.HttpEdge, ForeignRoute, grant);

        Assert.Equal(status, mesh.CallInto("edge-istio", "GET http://edge/").Status);
    }

    [Fact]
    [Trait("field", "gateway.networking.k8s.io/Gateway.spec.addresses")]
    public void A_gateway_with_a_host_name_as_address_is_served_by_the_pods_of_that_service()
    {
        using Mesh mesh = With("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: istio
              addresses: [{type: Hostname, value: istio-ingressgateway.istio-system.svc.cluster.local}]
              listeners: [{name: http, port: 80, protocol: HTTP}]
            """, GatewayApiWorlds.HttpRoute(ToV2));

        Assert.Equal("reviews-v2", mesh.CallGateway("GET http://shop.example/").Workload);
    }

    [Fact]
    [Trait("field", "HTTPRoute.spec.parentRefs")]
    public void A_route_whose_parent_is_a_service_routes_the_calls_of_sidecars_to_it()
    {
        using Mesh mesh = With(GatewayApiWorlds.MeshRoute("reviews", """
            [{matches: [{headers: [{name: end-user, value: jason}]}], backendRefs: [{name: reviews-v2, port: 9080}]},
             {backendRefs: [{name: reviews-v1, port: 9080}]}]
            """));

        Assert.Equal("reviews-v1", mesh.Call("productpage", Reviews).Workload);
        Assert.Equal("reviews-v2", mesh.Call("productpage", Reviews, "end-user: jason").Workload);
    }

    [Fact]
    [Trait("field", "HTTPRoute.spec.rules.backendRefs.weight")]
    public void Weights_of_a_mesh_route_share_out_the_calls()
    {
        using Mesh mesh = With(GatewayApiWorlds.MeshRoute(
            "reviews", "[{backendRefs: [{name: reviews-v1, port: 9080, weight: 90}, {name: reviews-v2, port: 9080, weight: 10}]}]"));

        IReadOnlyList<CallResult> calls = mesh.Calls(500, "productpage", Reviews);

        Assert.InRange(calls.Count(call => call.Workload == "reviews-v2"), 25, 75);
        Assert.Equal(500, calls.Count(call => call.Workload is "reviews-v1" or "reviews-v2"));
    }

    [Fact]
    [Trait("field", "HTTPRoute.spec.parentRefs.port")]
    public void A_mesh_route_for_one_port_leaves_the_others_alone_and_one_that_matches_nothing_answers_404()
    {
        string other = """
            apiVersion: v1
            kind: Service
            metadata: {name: reviews}
            spec:
              selector: {app: reviews, version: v3}
              ports: [{name: http, port: 9080}, {name: http-two, port: 9081, targetPort: 9080}]
            """;
        using Mesh mesh = With(other, GatewayApiWorlds.MeshRoute(
            "reviews", "[{matches: [{path: {value: /only}}], backendRefs: [{name: reviews-v1, port: 9080}]}]"));

        Assert.Equal("reviews-v1", mesh.Call("productpage", "GET http://reviews:9080/only").Workload);
        Assert.Equal(404, mesh.Call("productpage", "GET http://reviews:9080/else").Status);
        Assert.Equal("reviews-v3", mesh.Call("productpage", "GET http://reviews:9081/else").Workload);
    }

    [Fact]
    [Trait("field", "HTTPRoute.metadata.namespace")]
    public void A_consumer_s_route_counts_for_the_callers_of_its_namespace_instead_of_the_producer_s()
    {
        string caller = Worlds.Service("caller", "http", 80)
            .Replace("metadata: {name: caller}", "metadata: {name: caller, namespace: shop}", StringComparison.Ordinal);
        using Mesh mesh = With(
            caller,
            Grant,
            GatewayApiWorlds.MeshRoute("reviews", ToV1),
            GatewayApiWorlds.MeshRoute(
                "reviews", "[{backendRefs: [{name: reviews-v2, namespace: default, port: 9080}]}]", "shop", "consumer"));

        Assert.Equal("reviews-v1", mesh.Call("productpage", Reviews).Workload);
        Assert.Equal("reviews-v2", mesh.Call("caller", "GET http://reviews.default:9080/reviews/0").Workload);
    }

    [Theory]
    [Trait("field", "GRPCRoute.spec.rules.matches.method")]
    [InlineData("{service: shop.Cart, method: Add}", "/shop.Cart/Add", true)]
    [InlineData("{service: shop.Cart, method: Add}", "/shop.Cart/Remove", false)]
    [InlineData("{service: shop.Cart}", "/shop.Cart/Remove", true)]
    [InlineData("{service: shop.Cart}", "/shop.Carts/Remove", false)]
    [InlineData("{method: Add}", "/any.Service/Add", true)]
    [InlineData("{method: Add}", "/any.Service/AddAll", false)]
    [InlineData("{type: RegularExpression, service: 'shop[.].*', method: 'A.*'}", "/shop.Cart/AddAll", true)]
    public void A_grpc_route_matches_service_and_method(string method, string path, bool isMet)
    {
        using Mesh mesh = With(GatewayApiWorlds.HttpEdge, $$"""
            apiVersion: gateway.networking.k8s.io/v1
            kind: GRPCRoute
            metadata: {name: grpc}
            spec:
              parentRefs: [{name: edge}]
              rules: [{matches: [{method: {{method}}}], backendRefs: [{name: reviews-v2, port: 9080}]}]
            """);

        CallResult call = mesh.CallInto("edge-istio", "POST http://shop.example" + path, "content-type: application/grpc");

        Assert.Equal(isMet ? "reviews-v2" : "", call.Workload);
    }

    private const string ForeignRoute = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: foreign, namespace: shop}
        spec:
          parentRefs: [{name: edge, namespace: default}]
          rules: [{backendRefs: [{name: reviews-v2, namespace: default, port: 9080}]}]
        """;

    private const string Grant = """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: grant}
        spec:
          from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
          to: [{group: "", kind: Service}]
        """;

    private static Mesh With(params string[] yaml) => Mesh.Bookinfo([GatewayApiWorlds.ReviewsVersions, .. yaml]);

    private static string Section(string name, string rules, string section) =>
        GatewayApiWorlds.HttpRoute(rules, name).Replace("{name: edge}", $"{{name: edge, sectionName: {section}}}", StringComparison.Ordinal);
}
