namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;

/// <summary>What a GRPCRoute shares with an HTTPRoute: parents, host names, header matches, filters and weighted backends.</summary>
public sealed class GrpcRouteTests
{
    private const string Add = "POST http://shop.example/shop.Cart/Add";
    private const string Grpc = "content-type: application/grpc";

    [Fact]
    [Trait("field", "GRPCRoute.spec.parentRefs")]
    [Trait("field", "GRPCRoute.spec.hostnames")]
    public void A_route_counts_for_its_listener_and_host_names_only()
    {
        using Mesh mesh = With("parentRefs: [{name: edge, sectionName: http}], hostnames: [shop.example], rules: [{backendRefs: [{name: reviews-v2, port: 9080}]}]");

        Assert.Equal("reviews-v2", mesh.CallInto("edge-istio", Add, Grpc).Workload);
        Assert.Equal("", mesh.CallInto("edge-istio", "POST http://other.example/shop.Cart/Add", Grpc).Workload);
    }

    [Theory]
    [Trait("field", "GRPCRoute.spec.rules.matches.headers")]
    [InlineData("x-user: jason", "reviews-v2")]
    [InlineData("x-user: anna", "")]
    public void A_header_decides(string header, string workload)
    {
        using Mesh mesh = With(
            "parentRefs: [{name: edge}], rules: [{matches: [{headers: [{name: x-user, value: jason}]}], backendRefs: [{name: reviews-v2, port: 9080}]}]");

        Assert.Equal(workload, mesh.CallInto("edge-istio", Add, Grpc, header).Workload);
    }

    [Fact]
    [Trait("field", "GRPCRoute.spec.rules.filters")]
    public void Filters_change_headers_on_both_ways()
    {
        using Mesh mesh = With("""
            parentRefs: [{name: edge}], rules: [{filters: [
              {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-in, value: a}]}},
              {type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: x-out, value: b}]}}],
              backendRefs: [{name: reviews-v2, port: 9080}]}]
            """);

        CallResult call = mesh.CallInto("edge-istio", Add, Grpc);

        Assert.Equal(("a", "b"), (call.SeenHeader("x-in"), call.Header("x-out")));
    }

    [Fact]
    [Trait("field", "GRPCRoute.spec.rules.backendRefs")]
    public void Weights_share_the_calls_and_a_backend_has_filters_of_its_own()
    {
        using Mesh mesh = With("""
            parentRefs: [{name: edge}], rules: [{backendRefs: [
              {name: reviews-v1, port: 9080, weight: 0},
              {name: reviews-v2, port: 9080, weight: 1, filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-in, value: two}]}}]}]}]
            """);

        CallResult call = mesh.CallInto("edge-istio", Add, Grpc);

        Assert.Equal(("reviews-v2", "two"), (call.Workload, call.SeenHeader("x-in")));
    }

    private static Mesh With(string spec) => Mesh.Bookinfo(GatewayApiWorlds.ReviewsVersions, GatewayApiWorlds.HttpEdge, $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: GRPCRoute
        metadata: {name: grpc}
        spec: {{{spec}}}
        """);
}
