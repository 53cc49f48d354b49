namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;
using Lateen.Testing;

/// <summary>What a Sidecar lets its workloads serve.</summary>
public sealed class SidecarIngressTests
{
    [Fact]
    [Trait("field", "Sidecar.spec.ingress.defaultEndpoint")]
    public void Calls_go_to_the_default_endpoint_on_the_pod_s_address()
    {
        using Mesh mesh = Web("ingress: [{port: {number: 9000, protocol: HTTP, name: http}, defaultEndpoint: '0.0.0.0:8080'}]");

        CallResult call = mesh.Call("client", $"GET http://{mesh.Pod("web").Ip}:9000/");

        Assert.Equal((200, "web-v1"), (call.Status, call.Workload));
    }

    [Fact]
    [Trait("field", "Sidecar.spec.ingress.defaultEndpoint")]
    public void Calls_go_to_the_default_endpoint_on_the_loopback()
    {
        using Mesh mesh = Web("ingress: [{port: {number: 8080, protocol: HTTP, name: http}, defaultEndpoint: '127.0.0.1:7000'}]");
        SimulatedPod web = mesh.Pod("web");
        var local = new TestUpstream(web.Loop, TestProxy.Ip("127.0.0.1", 7000)) { Answer = _ => web.Ok("local") };

        CallResult call = mesh.Call("client", "GET http://web/");

        Assert.Equal(("local", 1), (call.Body, local.RequestCount));
    }

    [Fact]
    [Trait("field", "Sidecar.spec.ingress.port")]
    public void Without_a_default_endpoint_calls_go_to_the_port_they_were_made_to()
    {
        using Mesh mesh = Web("ingress: [{port: {number: 8080, protocol: HTTP, name: http}}]");

        Assert.Equal(200, mesh.Call("client", "GET http://web/").Status);
        Assert.Contains(" inbound|8080|| ", mesh.Proxy("web").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("field", "Sidecar.spec.ingress.port")]
    public void The_protocol_of_the_listener_comes_before_that_of_the_service()
    {
        using Mesh mesh = Web("ingress: [{port: {number: 8080, protocol: TCP, name: tcp}}]");

        Assert.Equal(200, mesh.Call("client", "GET http://web/").Status);
        Assert.Empty(mesh.Proxy("web").Metrics("istio_requests_total"));
    }

    [Fact]
    [Trait("field", "Sidecar.spec.ingress")]
    public void A_port_that_the_Sidecar_does_not_list_is_passed_through()
    {
        using Mesh mesh = Web("ingress: [{port: {number: 9000, protocol: HTTP, name: http}, defaultEndpoint: '0.0.0.0:8080'}]");

        Assert.Equal(200, mesh.Call("client", "GET http://web/").Status);
        Assert.Contains(" InboundPassthroughCluster ", mesh.Proxy("web").EndLog()[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inboundConnectionPool: {http: {http2MaxRequests: 1}}", 503)]
    [InlineData("inboundConnectionPool: {http: {http2MaxRequests: 9}}", 200)]
    [Trait("field", "Sidecar.spec.inboundConnectionPool")]
    public void The_pool_limits_calls_to_the_application(string pool, int second) => AssertSecondCall(pool, second);

    [Theory]
    [InlineData(1, 503)]
    [InlineData(9, 200)]
    [Trait("field", "Sidecar.spec.ingress.connectionPool")]
    public void The_pool_of_a_port_comes_before_that_of_the_Sidecar(int limit, int second) => AssertSecondCall(
        "ingress: [{port: {number: 8080, protocol: HTTP, name: http}, connectionPool: {http: {http2MaxRequests: " + limit
            + "}}}], inboundConnectionPool: {http: {http2MaxRequests: " + (10 - limit) + "}}",
        second);

    private static void AssertSecondCall(string spec, int status)
    {
        using Mesh mesh = Web(spec);
        SimulatedPod web = mesh.Pod("web");
        web.App.Answer = _ => null;
        PendingCall first = mesh.Start("client", "GET http://web/");
        web.App.Answer = _ => web.Ok();

        Assert.Equal(status, mesh.Call("client", "GET http://web/").Status);
        web.App.Connections[0].Write(web.Ok());
        Assert.Equal(200, mesh.Finish(first).Status);
    }

    private static Mesh Web(string sidecar) => new(
        1,
        Tenants.Service("default", "client"),
        Tenants.Service("default", "web"),
        Tenants.Object("Sidecar", "default", "web", $"{{workloadSelector: {{labels: {{app: web}}}}, {sidecar}}}"));
}
