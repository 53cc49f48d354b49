namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;
using Lateen.Testing;

/// <summary>Configuration that changes while calls are made: between any two messages of any configuration stream.</summary>
public sealed class ConfigurationChangeTests
{
    private const string Reviews = "GET http://reviews:9080/reviews/0";

    [Fact]
    public void Subsets_and_the_routes_to_them_applied_together_fail_no_call()
    {
        using Mesh mesh = Mesh.Bookinfo();
        List<CallResult> calls = [];

        mesh.ApplyWhile(
            () => calls.Add(mesh.Call("productpage", Reviews)), Sample("destination-rule-all"), Sample("virtual-service-reviews-v3"));

        Assert.True(calls.Count > 10);
        Assert.All(calls, call => Assert.Equal(200, call.Status));
        Assert.Equal("reviews-v3", mesh.Call("productpage", Reviews).Workload);
    }

    [Fact]
    public void Clusters_come_before_endpoints_before_routes_and_go_last()
    {
        using Mesh mesh = Mesh.Bookinfo();
        List<string> delivered = mesh.Proxy("productpage").Delivered;
        delivered.Clear();

        mesh.Apply(Sample("destination-rule-all"), Sample("virtual-service-reviews-v3"));

        Assert.Equal(["Cluster", "ClusterLoadAssignment", "RouteConfiguration"], delivered.Distinct());
        Assert.Equal("RouteConfiguration", delivered[^1]);

        delivered.Clear();
        mesh.Delete("VirtualService/reviews", "DestinationRule/reviews");
        Assert.Equal("Cluster", delivered[^1]);
    }

    [Fact]
    public void Taking_the_rules_away_fails_no_call()
    {
        using Mesh mesh = Mesh.Bookinfo(Sample("destination-rule-all"), Sample("virtual-service-all-v1"));
        List<CallResult> calls = [];

        mesh.DeleteWhile(
            () => calls.Add(mesh.Call("productpage", Reviews)),
            "VirtualService/reviews", "VirtualService/ratings", "VirtualService/details", "VirtualService/productpage",
            "DestinationRule/reviews", "DestinationRule/ratings", "DestinationRule/details", "DestinationRule/productpage");

        Assert.True(calls.Count > 10);
        Assert.All(calls, call => Assert.Equal(200, call.Status));
        Assert.Equal(3, mesh.Calls(60, "productpage", Reviews).Select(call => call.Workload).Distinct().Count());
    }

    [Fact]
    public void A_call_under_way_ends_as_it_began_when_its_route_and_cluster_go()
    {
        using Mesh mesh = Mesh.Bookinfo(Sample("destination-rule-all"), Sample("virtual-service-all-v1"));
        SimulatedPod reviews = mesh.Pod("reviews-v1");
        reviews.App.Answer = _ => null;
        PendingCall pending = mesh.Start("productpage", Reviews);

        mesh.Delete("VirtualService/reviews", "DestinationRule/reviews");
        reviews.App.Connections[0].Write(reviews.Ok("late"));

        Assert.Equal((200, "late"), (mesh.Finish(pending).Status, pending.Call.Response.Body));
    }

    [Fact]
    public void A_pod_that_goes_fails_no_call()
    {
        using Mesh mesh = Mesh.Bookinfo();
        List<CallResult> calls = [.. mesh.Calls(20, "productpage", Reviews)];
        SimulatedPod gone = mesh.Pod("reviews-v2");

        mesh.DeletePod(gone, () => calls.Add(mesh.Call("productpage", Reviews)));
        int before = gone.App.RequestCount;
        calls.AddRange(mesh.Calls(50, "productpage", Reviews));

        Assert.All(calls, call => Assert.Equal(200, call.Status));
        Assert.Equal(before, gone.App.RequestCount);
    }

    [Fact]
    public void A_change_of_endpoints_sends_endpoints_alone()
    {
        using Mesh mesh = Mesh.Bookinfo();
        List<string> delivered = mesh.Proxy("productpage").Delivered;
        delivered.Clear();

        mesh.DeletePod(mesh.Pod("reviews-v2"), static () => { });

        Assert.Equal(["ClusterLoadAssignment"], delivered);
    }

    [Fact]
    public void A_new_pod_is_called_once_it_is_there()
    {
        using Mesh mesh = Mesh.Bookinfo();
        string more = Worlds.Service("reviews", "http", 9080, targetPort: "9080")
            .Split("---")[1].Replace("containerPort: 8080", "containerPort: 9080", StringComparison.Ordinal)
            .Replace("metadata: {name: reviews}", "metadata: {name: reviews-v4}", StringComparison.Ordinal);

        mesh.Apply(more);

        Assert.Contains(mesh.Calls(60, "productpage", Reviews), call => call.Workload == "reviews-v4");
        Assert.Equal(200, mesh.Call("reviews-v4", "GET http://ratings:9080/ratings/0").Status);
    }

    [Fact]
    public void A_service_that_appears_has_routes_at_once_and_one_that_goes_leaves_the_others()
    {
        using Mesh mesh = Mesh.Bookinfo();
        mesh.Apply(Worlds.Service("echo", "http", 80));
        Assert.Equal(200, mesh.Call("productpage", "GET http://echo/").Status);

        mesh.Delete("Service/echo");

        Assert.Equal(200, mesh.Call("productpage", Reviews).Status);
    }

    [Fact]
    public void The_mesh_configuration_takes_effect_without_a_restart()
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("echo", "http", 80));
        mesh.AddExternal("api.example", "198.51.100.7", 80);
        Assert.Equal(200, mesh.Call("productpage", "GET http://api.example/").Status);

        mesh.Apply(Worlds.MeshConfig("{outboundTrafficPolicy: {mode: REGISTRY_ONLY}}"));
        Assert.Equal(502, mesh.Call("productpage", "GET http://api.example/").Status);

        mesh.Apply(Worlds.MeshConfig("{outboundTrafficPolicy: {mode: ALLOW_ANY}}"));
        Assert.Equal(200, mesh.Call("productpage", "GET http://api.example/").Status);
    }

    [Fact]
    public void A_keep_alive_connection_lives_through_a_change_of_routes_and_meets_the_new_ones()
    {
        using Mesh mesh = Mesh.Bookinfo(Sample("destination-rule-all"), Sample("virtual-service-all-v1"));
        TestClient client = mesh.Connect("productpage", "reviews", 9080);
        TestCall before = client.Send("GET /reviews/0", "host: reviews:9080");

        mesh.Apply(Sample("virtual-service-reviews-v3"));
        TestCall after = client.Send("GET /reviews/0", "host: reviews:9080");

        Assert.Equal(("reviews-v1", "reviews-v3"), (before.Response.Body, after.Response.Body));
        Assert.False(client.IsClosed);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        string first = Run();

        Assert.Equal(first, Run());
    }

    private static string Run()
    {
        using Mesh mesh = Mesh.Bookinfo(Sample("destination-rule-all"), Sample("virtual-service-reviews-50-v3"));
        mesh.Calls(50, "productpage", Reviews);
        return string.Join('\n', mesh.Proxy("productpage").EndLog());
    }

    private static string Sample(string name) => Yaml.File($"samples/bookinfo/networking/{name}.yaml");
}
