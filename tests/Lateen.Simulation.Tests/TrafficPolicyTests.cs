namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;
using Lateen.Testing;

/// <summary>Balancing, TCP, and calls to what no service stands for.</summary>
public sealed class TrafficPolicyTests
{
    private const string Echo = "GET http://echo/";

    [Fact]
    public void Round_robin_gives_every_pod_the_same_number_of_calls()
    {
        using Mesh mesh = WithPolicy("ROUND_ROBIN");

        mesh.Calls(90, "productpage", Echo);

        Assert.All(EchoPods(mesh), pod => Assert.Equal(30, pod.App.RequestCount));
    }

    [Fact]
    public void Random_gives_every_pod_some_calls_but_not_in_turn()
    {
        using Mesh mesh = WithPolicy("RANDOM");

        mesh.Calls(300, "productpage", Echo);

        int[] counts = [.. EchoPods(mesh).Select(pod => pod.App.RequestCount)];
        Assert.All(counts, count => Assert.InRange(count, 76, 124));
        Assert.NotEqual([100, 100, 100], counts);
    }

    [Fact]
    public void Least_request_avoids_a_pod_that_is_stuck()
    {
        using Mesh mesh = WithPolicy("LEAST_REQUEST");
        SimulatedPod stuck = EchoPods(mesh)[0];
        stuck.App.Answer = _ => null;
        List<PendingCall> started = [.. Enumerable.Range(0, 60).Select(_ => mesh.Start("productpage", Echo))];

        int late = started.Count(call => !call.Call.IsDone);

        // Of two random pods the one with fewer open requests is taken; round robin would have hung 20 calls.
        Assert.InRange(late, 1, 12);
    }

    [Fact]
    public void A_named_target_port_is_resolved_at_both_ends()
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("echo", "http", 80, targetPort: "web"));

        Assert.Equal((200, "echo"), (mesh.Call("productpage", Echo).Status, mesh.Pod("echo").App.Requests[0].Header("host")));
        Assert.Contains(
            " outbound|80||echo.default.svc.cluster.local ", mesh.Proxy("productpage").EndLog()[0], StringComparison.Ordinal);
        Assert.Contains(" inbound|8080|| ", mesh.Proxy("echo").EndLog()[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp", 9000)]
    [InlineData("mysql", 3306)]
    public void Bytes_of_a_declared_TCP_port_pass_both_sidecars_unread(string portName, int port)
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("store", portName, port));
        mesh.Pod("store").App.Raw = static (connection, data) => connection.Write("got " + data.Length);

        TestClient client = mesh.Connect("productpage", "store", port);
        client.Write("not http at all\n");
        client.Close();
        mesh.Pod("store").App.Connections[0].Connection.Close(Engine.Transport.CloseMode.Flush);
        mesh.Network.RunUntilIdle();

        Assert.Equal("got 16", client.Received);
        string line = mesh.Proxy("productpage").EndLog()[0];
        Assert.Contains($" outbound|{port}||store.default.svc.cluster.local ", line, StringComparison.Ordinal);
        Assert.Contains(" inbound|8080|| ", mesh.Proxy("store").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_speaks_first_on_a_declared_TCP_port_is_heard_at_once()
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("store", "mysql", 3306));
        mesh.Pod("store").App.Accepted = static connection => connection.Write("welcome");
        mesh.Pod("store").App.Raw = static (_, _) => { };

        TestClient client = mesh.Connect("productpage", "store", 3306);

        Assert.Equal("welcome", client.Received);
        Assert.Equal(0, mesh.Network.NowMicros);
    }

    [Fact]
    public void A_server_that_speaks_first_on_an_undeclared_port_is_heard_soon()
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("store", "anything", 7000));
        mesh.Pod("store").App.Accepted = static connection => connection.Write("welcome");
        mesh.Pod("store").App.Raw = static (_, _) => { };

        TestClient client = mesh.Connect("productpage", "store", 7000);
        bool heard = mesh.Network.AdvanceUntil(() => client.Received.Length > 0, TimeSpan.FromSeconds(1));

        Assert.True(heard);
        Assert.Equal("welcome", client.Received);
    }

    [Fact]
    public void HTTP_on_an_undeclared_port_is_detected_and_follows_rules()
    {
        using Mesh mesh = Mesh.Bookinfo(
            Worlds.Service("store", "anything", 7000),
            Worlds.VirtualService("store", "[{headers: {request: {set: {x-routed: 'yes'}}}, route: [{destination: {host: store}}]}]"));

        CallResult call = mesh.Call("productpage", "GET http://store:7000/");

        Assert.Equal((200, "yes"), (call.Status, call.SeenHeader("x-routed")));
    }

    [Fact]
    public void Tcp_rules_choose_the_destination()
    {
        string rule = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: store}
            spec:
              hosts: [store]
              tcp: [{route: [{destination: {host: other, port: {number: 9000}}}]}]
            """;
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("store", "tcp", 9000), Worlds.Service("other", "tcp", 9000), rule);
        mesh.Pod("other").App.Raw = static (connection, _) => connection.Write("other");

        TestClient client = mesh.Connect("productpage", "store", 9000);
        client.Write("x");

        Assert.Equal("other", client.Received);
    }

    [Fact]
    public void A_host_outside_the_mesh_is_reached_through_PassthroughCluster()
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("echo", "http", 80));
        mesh.AddExternal("api.example", "198.51.100.7", 80);
        mesh.AddExternal("odd.example", "198.51.100.8", 8181);

        CallResult known = mesh.Call("productpage", "GET http://api.example/x");
        CallResult odd = mesh.Call("productpage", "GET http://odd.example:8181/x");

        Assert.Equal(("api.example", "odd.example"), (known.Workload, odd.Workload));
        Assert.All(
            mesh.Proxy("productpage").EndLog(), line => Assert.Contains(" PassthroughCluster ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void REGISTRY_ONLY_answers_502_to_strangers_and_closes_other_ports()
    {
        using Mesh mesh = Mesh.Bookinfo(
            Worlds.MeshConfig("{accessLogFile: /dev/stdout, outboundTrafficPolicy: {mode: REGISTRY_ONLY}}"),
            Worlds.Service("echo", "http", 80));
        TestUpstream api = mesh.AddExternal("api.example", "198.51.100.7", 80);
        mesh.AddExternal("odd.example", "198.51.100.8", 8181);

        CallResult call = mesh.Call("productpage", "GET http://api.example/x");
        TestClient odd = mesh.Connect("productpage", "odd.example", 8181);
        odd.Write("x");

        Assert.Equal((502, 0), (call.Status, api.RequestCount));
        Assert.True(odd.IsClosed);
        IReadOnlyList<string> log = mesh.Proxy("productpage").EndLog();
        Assert.Contains(" 502 - direct_response ", log[0], StringComparison.Ordinal);
        Assert.Contains(" block_all", log[0], StringComparison.Ordinal);
        Assert.Contains(" UH ", log[1], StringComparison.Ordinal);
        Assert.Contains(" BlackHoleCluster ", log[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_pod_without_a_sidecar_may_call_and_be_called()
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("bare", "http", 80, injected: false));

        CallResult into = mesh.Call("productpage", "GET http://bare/");
        CallResult outOf = mesh.Call("bare", "GET http://ratings:9080/ratings/0");

        Assert.Equal(("bare", "ratings-v1"), (into.Workload, outOf.Workload));
        string metric = Assert.Single(mesh.Proxy("ratings").Metrics("istio_requests_total"));
        Assert.Contains("source_workload=\"unknown\"", metric, StringComparison.Ordinal);
    }

    private static Mesh WithPolicy(string policy) => Mesh.Bookinfo(Worlds.Service("echo", "http", 80, replicas: 3), $$$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: echo}
        spec:
          host: echo
          trafficPolicy: {loadBalancer: {simple: {{{policy}}}}}
        """);

    private static List<SimulatedPod> EchoPods(Mesh mesh) => [.. mesh.Pods.Where(pod => pod.Workload == "echo")];
}
