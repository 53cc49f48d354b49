namespace Lateen.Control.Tests;

using Envoy.Config.Route.V3;
using Envoy.Service.Discovery.V3;
using Lateen.Control.Ads;
using Lateen.Control.Config;
using Lateen.Control.Status;
using Lateen.Control.Tests.Ads;
using Lateen.Control.Tests.Translation;

public sealed class ControlPlaneTests
{
    private const string Reviews = "outbound|9080|v2|reviews.default.svc.cluster.local";
    private readonly ManualClock clock = new();

    [Fact]
    public async Task Rules_applied_together_reach_a_sidecar_as_clusters_first_and_routes_last()
    {
        using CancellationTokenSource stop =
            CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using ControlPlane plane = Bookinfo();
        Task running = plane.RunAsync(stop.Token);
        FakeProxy proxy = new(plane.Discovery, MeshFiles.Sidecar("productpage"), stop.Token);
        proxy.Subscribe(XdsType.Route, "9080");
        await proxy.UntilAsync(
            () => proxy.Log.Contains("lds") && proxy.Log.Contains("eds") && proxy.Log.Contains("rds"), stop.Token);
        proxy.Log.Clear();

        MeshFiles.Apply(plane.Config, File.ReadAllText(Path.Combine(MeshFiles.Root, "reviews-test-v2", "input.yaml")));
        clock.Advance(TimeSpan.FromMilliseconds(100));
        await proxy.UntilAsync(() => ClustersOf(proxy.Routes["9080"]).Contains(Reviews), stop.Token);

        Assert.Contains(Reviews, proxy.Clusters);
        Assert.True(proxy.Log.IndexOf("cds") < proxy.Log.IndexOf("eds"));
        Assert.Equal(proxy.Log.Count - 1, proxy.Log.IndexOf("rds"));
        await proxy.EndAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(plane.Discovery.Proxies);
    }

    [Fact]
    public async Task A_stream_that_names_no_proxy_is_refused_with_the_reason()
    {
        using ControlPlane plane = Bookinfo();

        AdsRefusedException refused = await Assert.ThrowsAsync<AdsRefusedException>(() => plane.Discovery.RunSessionAsync(
            new[] { new DeltaDiscoveryRequest { TypeUrl = XdsType.Cluster.TypeUrl() } }.ToAsyncEnumerable(),
            _ => ValueTask.CompletedTask,
            "peer",
            TestContext.Current.CancellationToken));

        Assert.Contains("node.id", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_object_that_is_invalid_says_why_and_what_was_valid_of_it_stays()
    {
        using ControlPlane plane = Bookinfo();
        MeshFiles.Apply(plane.Config, File.ReadAllText(Path.Combine(MeshFiles.Root, "reviews-test-v2", "input.yaml")));
        clock.Advance(TimeSpan.FromMilliseconds(100));
        ResourceKey key = plane.Snapshot.VirtualServices.All[0].Key;

        plane.Config.Reject(new RejectedObject(key, 7, "spec.http[0].timeout: not a duration"));
        clock.Advance(TimeSpan.FromMilliseconds(100));

        ObjectStatus? status = plane.Status.StatusFor(key);
        Assert.Equal(7, status?.ObservedGeneration);
        ConditionStatus? accepted = status?.Conditions.FirstOrDefault(each => each.Type == "Accepted");
        Assert.False(accepted?.IsTrue);
        Assert.StartsWith("spec.http[0].timeout: not a duration", accepted?.Message, StringComparison.Ordinal);
        Assert.Contains(plane.Snapshot.VirtualServices.All, each => each.Key == key);
    }

    [Fact]
    public void Nothing_is_published_before_the_first_lists_are_complete()
    {
        using ControlPlane plane = new(clock);
        MeshFiles.Apply(plane.Config, File.ReadAllText(Path.Combine(MeshFiles.Root, "bookinfo.yaml")));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, plane.Snapshot.Version);

        plane.Config.MarkSynced();
        clock.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(1, plane.Snapshot.Version);
    }

    [Fact]
    public void An_update_that_changes_nothing_publishes_nothing()
    {
        using ControlPlane plane = Bookinfo();
        List<SnapshotChange> published = [];
        plane.Published += published.Add;

        MeshFiles.Apply(plane.Config, File.ReadAllText(Path.Combine(MeshFiles.Root, "bookinfo.yaml")));
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(published);
    }

    [Fact]
    public void A_pod_that_becomes_ready_changes_endpoints_alone()
    {
        using ControlPlane plane = Bookinfo();
        List<SnapshotChange> published = [];
        plane.Published += published.Add;

        plane.Config.Remove(new ResourceKey("discovery.k8s.io", "EndpointSlice", "default", "reviews-abc"));
        clock.Advance(TimeSpan.FromSeconds(1));

        SnapshotChange change = Assert.Single(published);
        Assert.False(change.Full);
        Assert.Equal(["reviews.default.svc.cluster.local"], change.ChangedServices);
    }

    [Fact]
    public void The_mesh_configuration_is_reloaded_and_a_bad_one_leaves_the_last_good_one()
    {
        using ControlPlane plane = Bookinfo();
        List<string> rejected = [];
        plane.Config.MeshConfigRejected += rejected.Add;

        Apply(plane, "outboundTrafficPolicy: {mode: REGISTRY_ONLY}");
        Assert.False(plane.Snapshot.Mesh.AllowAnyOutbound);
        Apply(plane, "accessLogFile: [");

        Assert.False(plane.Snapshot.Mesh.AllowAnyOutbound);
        Assert.Single(rejected);
    }

    [Fact]
    public void Status_says_which_name_is_unknown_and_which_is_near()
    {
        using ControlPlane plane = Bookinfo();
        MeshFiles.Apply(plane.Config, Rule("a", "2026-01-02T00:00:00Z", "reviws", ""));
        clock.Advance(TimeSpan.FromSeconds(1));

        ObjectStatus? status = plane.Status.StatusFor(Key("a"));

        ConditionStatus references = Assert.Single(status!.Conditions, each => each.Type == "ReferencesResolved");
        Assert.False(references.IsTrue);
        Assert.Equal("unknown host reviws; did you mean reviews?", references.Message);
    }

    [Fact]
    public void An_unknown_subset_is_a_warning_that_names_the_nearest()
    {
        string rules = File.ReadAllText(Path.Combine(MeshFiles.Root, "all-v1", "input.yaml"));
        using ControlPlane plane = Bookinfo();
        MeshFiles.Apply(plane.Config, rules);
        clock.Advance(TimeSpan.FromSeconds(1));
        (ResourceKey key, object resource) = MeshFiles.Parse(
            Lateen.Api.Text.StrictYaml.Read(Rule("b", "2026-01-02T00:00:00Z", "reviews", "v22")).Documents[0].Root!);

        Assert.Equal(
            ["unknown subset v22 of host reviews; did you mean v2?"],
            StatusReporter.Warnings(key, resource, plane.Snapshot));
    }

    [Fact]
    public void The_younger_of_two_virtual_services_for_a_host_says_who_shadows_it()
    {
        using ControlPlane plane = Bookinfo();
        MeshFiles.Apply(
            plane.Config,
            Rule("young", "2026-01-03T00:00:00Z", "reviews", ""),
            Rule("old", "2026-01-02T00:00:00Z", "reviews", ""));
        clock.Advance(TimeSpan.FromSeconds(1));

        ObjectStatus? young = plane.Status.StatusFor(Key("young"));
        ObjectStatus? old = plane.Status.StatusFor(Key("old"));

        ConditionStatus shadowed = Assert.Single(young!.Conditions, each => each.Type == "Shadowed");
        Assert.Contains("VirtualService/default/old", shadowed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(old!.Conditions, each => each.Type == "Shadowed");
    }

    [Fact]
    public void A_rule_that_no_connected_proxy_follows_is_not_called_programmed()
    {
        using ControlPlane plane = Bookinfo();
        MeshFiles.Apply(plane.Config, Rule("a", "2026-01-02T00:00:00Z", "reviews", ""));
        clock.Advance(TimeSpan.FromSeconds(1));

        ObjectStatus? status = plane.Status.StatusFor(Key("a"));

        ConditionStatus programmed = Assert.Single(status!.Conditions, each => each.Type == "Programmed");
        Assert.Equal(new ConditionStatus("Programmed", false, "NoProxy", "no connected proxy is concerned"), programmed);
    }

    private static ResourceKey Key(string name) => new("networking.istio.io", "VirtualService", "default", name);

    private static string Rule(string name, string created, string host, string subset) => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: {{name}}, namespace: default, creationTimestamp: "{{created}}"}
        spec:
          hosts: [reviews]
          http:
          - route:
            - destination: {host: {{host}}, subset: "{{subset}}"}
        """;

    private void Apply(ControlPlane plane, string mesh)
    {
        MeshFiles.Apply(plane.Config, $$"""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: istio, namespace: istio-system}
            data:
              mesh: "{{mesh}}"
            """);
        clock.Advance(TimeSpan.FromSeconds(1));
    }

    private ControlPlane Bookinfo()
    {
        ControlPlane plane = new(clock, null, MeshFiles.Settings);
        MeshFiles.Apply(plane.Config, File.ReadAllText(Path.Combine(MeshFiles.Root, "bookinfo.yaml")));
        plane.Config.MarkSynced();
        clock.Advance(TimeSpan.FromMilliseconds(100));
        return plane;
    }

    private static IEnumerable<string> ClustersOf(RouteConfiguration routes) =>
        routes.VirtualHosts.SelectMany(host => host.Routes).Select(route => route.Route_.Cluster);
}
