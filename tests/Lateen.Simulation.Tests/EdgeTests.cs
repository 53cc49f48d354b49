namespace Lateen.Simulation.Tests;

using Lateen.Engine.Transport;
using Lateen.Simulation.Tests.Harness;
using Lateen.Testing;

/// <summary>The gateway, odd clients and odd networks.</summary>
public sealed class EdgeTests
{
    private const string Reviews = "GET http://reviews:9080/reviews/0";

    [Fact]
    public void A_call_through_the_gateway_is_counted_there_and_at_the_sidecar_it_reaches()
    {
        using Mesh mesh = WithGateway();

        mesh.CallGateway("GET http://shop.example/productpage");

        string gateway = Assert.Single(mesh.Proxy("istio-ingressgateway").Metrics("istio_requests_total"));
        string sidecar = Assert.Single(mesh.Proxy("productpage").Metrics("istio_requests_total"));
        Assert.Contains("reporter=\"source\",source_workload=\"istio-ingressgateway\"", gateway, StringComparison.Ordinal);
        Assert.Contains("destination_workload=\"productpage-v1\"", gateway, StringComparison.Ordinal);
        Assert.Contains("reporter=\"destination\",source_workload=\"istio-ingressgateway\"", sidecar, StringComparison.Ordinal);
    }

    [Fact]
    public void The_gateway_s_log_line_names_the_caller_and_the_cluster()
    {
        using Mesh mesh = WithGateway();

        mesh.CallGateway("GET http://shop.example/productpage");

        string line = Assert.Single(mesh.Proxy("istio-ingressgateway").EndLog());
        Assert.Contains(" \"203.0.113.9\" ", line, StringComparison.Ordinal);
        Assert.Contains(" outbound|9080||productpage.default.svc.cluster.local ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Single_bytes_and_slow_links_change_nothing_but_the_time()
    {
        using Mesh mesh = WithGateway();
        mesh.Network.ChunkBytes = 1;
        mesh.Network.LatencyMicros = 1000;

        CallResult call = mesh.Call("productpage", Reviews);

        Assert.Equal(200, call.Status);
        Assert.True(call.Elapsed > TimeSpan.FromMilliseconds(4));
    }

    [Fact]
    public void A_web_socket_passes_both_sidecars()
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("chat", "http", 80));
        mesh.Pod("chat").App.Raw = static (connection, data) => connection.Write(
            data[0] == (byte)'G' ? "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n" : "echo");

        TestClient client = mesh.Connect("productpage", "chat", 80);
        client.Write("GET /ws HTTP/1.1\r\nhost: chat\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n");
        client.Write("ping");

        Assert.StartsWith("HTTP/1.1 101 ", client.Received, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\necho", client.Received, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nhost: reviews:9080\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx")]
    [InlineData("GET / HTTP/1.1\r\nhost: reviews:9080\r\nx y: 1\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nhost: reviews:9080\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")]
    public void What_could_be_read_in_two_ways_is_a_400_and_reaches_nobody(string request)
    {
        using Mesh mesh = Mesh.Bookinfo();

        TestClient client = mesh.Connect("productpage", "reviews", 9080);
        client.Write(request);

        Assert.StartsWith("HTTP/1.1 400 ", client.Received, StringComparison.Ordinal);
        Assert.Equal(0, mesh.Pods.Where(pod => !pod.IsGateway).Sum(pod => pod.App.RequestCount));
    }

    [Fact]
    public void A_connection_that_the_application_closed_while_idle_costs_no_call()
    {
        using Mesh mesh = Mesh.Bookinfo(Sample("destination-rule-all"), Sample("virtual-service-all-v1"));
        mesh.Call("productpage", Reviews);

        mesh.Pod("reviews-v1").App.Connections[0].Connection.Close(CloseMode.NoFlush);
        mesh.Network.RunUntilIdle();

        Assert.Equal(200, mesh.Call("productpage", Reviews).Status);
        Assert.Equal(2, mesh.Pod("reviews-v1").App.ConnectionCount);
    }

    [Fact]
    public void A_draining_sidecar_finishes_what_it_has_and_asks_callers_to_leave()
    {
        using Mesh mesh = Mesh.Bookinfo(Sample("destination-rule-all"), Sample("virtual-service-all-v1"));
        SimulatedPod reviews = mesh.Pod("reviews-v1");
        reviews.App.Answer = _ => null;
        PendingCall pending = mesh.Start("productpage", Reviews);

        mesh.Proxy("reviews-v1").Drain();
        mesh.Network.RunUntilIdle();
        reviews.App.Connections[0].Write(reviews.Ok("late"));

        Assert.Equal((200, "late"), (mesh.Finish(pending).Status, pending.Call.Response.Body));
    }

    [Fact]
    public void A_call_to_a_pod_s_own_address_passes_its_sidecar()
    {
        using Mesh mesh = Mesh.Bookinfo();
        string ip = mesh.Pod("reviews-v2").Ip;

        CallResult call = mesh.Call("productpage", $"GET http://{ip}:9080/reviews/0");

        Assert.Equal((200, "reviews-v2"), (call.Status, call.Workload));
        Assert.Contains(" PassthroughCluster ", mesh.Proxy("productpage").EndLog()[0], StringComparison.Ordinal);
        Assert.Contains(" inbound|9080|| ", mesh.Proxy("reviews-v2").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_no_service_names_is_reached_through_InboundPassthroughCluster()
    {
        using Mesh mesh = Mesh.Bookinfo();
        SimulatedPod ratings = mesh.Pod("ratings");
        var extra = new TestUpstream(ratings.Loop, ratings.Address.WithPort(4000)) { Answer = _ => ratings.Ok("extra") };

        CallResult call = mesh.Call("productpage", $"GET http://{ratings.Ip}:4000/");

        Assert.Equal(("extra", 1), (call.Body, extra.RequestCount));
        Assert.Contains(" InboundPassthroughCluster ", mesh.Proxy("ratings").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Each_share_of_a_split_has_its_own_header_operations()
    {
        string rule = Worlds.VirtualService("reviews", """
            [{route: [
              {destination: {host: reviews, subset: v1}, weight: 50, headers: {response: {set: {x-share: one}}}},
              {destination: {host: reviews, subset: v3}, weight: 50, headers: {response: {set: {x-share: three}}}}]}]
            """);
        using Mesh mesh = Mesh.Bookinfo(Sample("destination-rule-all"), rule);

        Assert.All(
            mesh.Calls(40, "productpage", Reviews),
            call => Assert.Equal(call.Workload == "reviews-v1" ? "one" : "three", call.Header("x-share")));
    }

    [Fact]
    public void A_weight_of_zero_gets_no_call()
    {
        string rule = Worlds.VirtualService("reviews", """
            [{route: [{destination: {host: reviews, subset: v1}, weight: 100}, {destination: {host: reviews, subset: v3}, weight: 0}]}]
            """);
        using Mesh mesh = Mesh.Bookinfo(Sample("destination-rule-all"), rule);

        Assert.All(mesh.Calls(100, "productpage", Reviews), call => Assert.Equal("reviews-v1", call.Workload));
    }

    [Fact]
    public void A_virtual_service_may_send_a_host_s_calls_to_another_service()
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.VirtualService("reviews", "[{route: [{destination: {host: ratings}}]}]"));

        CallResult call = mesh.Call("productpage", Reviews);

        Assert.Equal(("ratings-v1", "reviews:9080"), (call.Workload, call.SeenHeader("host")));
    }

    [Fact]
    public void A_caller_that_gives_up_is_logged_as_DC()
    {
        using Mesh mesh = Mesh.Bookinfo();
        mesh.Pod("ratings").App.Answer = _ => null;
        PendingCall pending = mesh.Start("reviews-v2", "GET http://ratings:9080/ratings/0");

        pending.Client.Close(CloseMode.Reset);

        Assert.Contains(" 0 DC downstream_remote_disconnect", mesh.Proxy("reviews-v2").EndLog()[0], StringComparison.Ordinal);
    }

    private static Mesh WithGateway() => Mesh.Bookinfo(Sample("bookinfo-gateway"));

    private static string Sample(string name) => Yaml.File($"samples/bookinfo/networking/{name}.yaml");
}
