namespace Lateen.Local.Tests.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;
using Lateen.Local.Controllers;

public sealed class ServiceTests
{
    [Fact]
    public async Task An_endpoint_slice_follows_the_ready_pods_of_its_service()
    {
        await using ControllerFixture lab = new();
        await lab.CreateAsync(KubeTypes.Services, Workloads.Service("web", "web"));
        await lab.UntilAsync(() => Slice(lab) is not null);
        Assert.Empty(Slice(lab).Items("endpoints"));

        await lab.CreateAsync(KubeTypes.Deployments, Workloads.Deployment("web", 2));
        await lab.UntilAsync(() => Slice(lab).Items("endpoints").Count(e => e.Flag("conditions", "ready")) == 2);

        JsonObject? slice = Slice(lab);
        JsonObject port = Assert.Single(slice.Items("ports"));
        Assert.Equal("http", port.Text("name"));
        Assert.Equal(9080, port.Number("port"));
        Assert.Equal("http", port.Text("appProtocol"));
        Assert.Equal("books", slice?.Label("team"));
        Assert.StartsWith("web-", slice?.Name());
        Assert.Equal("Pod", slice.Items("endpoints").First().Text("targetRef", "kind"));
        await lab.UntilAsync(() => lab.Get(KubeTypes.Endpoints, "web").Items("subsets").SelectMany(s => s.Items("addresses")).Count() == 2);
    }

    [Fact]
    public async Task Unready_pods_are_listed_but_not_ready()
    {
        await using ControllerFixture lab = new();
        lab.Runtime.BecomesReady = _ => false;

        await lab.CreateAsync(KubeTypes.Services, Workloads.Service("web", "web"));
        await lab.CreateAsync(KubeTypes.Deployments, Workloads.Deployment("web", 1));
        await lab.UntilAsync(() => Slice(lab).Items("endpoints").Any());

        JsonObject endpoint = Assert.Single(Slice(lab).Items("endpoints"));
        Assert.False(endpoint.Flag("conditions", "ready"));
        Assert.False(endpoint.Flag("conditions", "serving"));
    }

    [Fact]
    public async Task Deleting_a_service_removes_its_slices_and_endpoints()
    {
        await using ControllerFixture lab = new();
        await lab.CreateAsync(KubeTypes.Services, Workloads.Service("web", "web"));
        await lab.UntilAsync(() => Slice(lab) is not null && lab.Get(KubeTypes.Endpoints, "web") is not null);

        await lab.DeleteAsync(KubeTypes.Services, "web");

        await lab.UntilAsync(() => Slice(lab) is null && lab.Get(KubeTypes.Endpoints, "web") is null);
    }

    [Fact]
    public async Task A_load_balancer_gets_its_host_address_and_gives_it_back()
    {
        HostAddresses host = new();
        await using ControllerFixture lab = new(host);
        await lab.CreateAsync(KubeTypes.Services, Workloads.Service("web", "web").Replace("ClusterIP", "LoadBalancer", StringComparison.Ordinal));

        await lab.UntilAsync(() =>
            lab.Get(KubeTypes.Services, "web").Items("status", "loadBalancer", "ingress").FirstOrDefault().Text("ip") == "127.1.2.3");
        await lab.DeleteAsync(KubeTypes.Services, "web");
        await host.Released.Task.WaitAsync(lab.Cancel);

        Assert.Equal(80, Assert.Single(host.Ports).Port);
    }

    private static JsonObject? Slice(ControllerFixture lab) =>
        lab.Cluster.All(KubeTypes.EndpointSlices).Find(s => s.Label("kubernetes.io/service-name") == "web");

    private sealed class HostAddresses : IHostAddressAllocator
    {
        public TaskCompletionSource Released { get; } = new();

        public IReadOnlyList<HostPort> Ports { get; private set; } = [];

        public Task<string> EnsureAsync(string ns, string service, IReadOnlyList<HostPort> ports, CancellationToken cancel)
        {
            Ports = ports;
            return Task.FromResult("127.1.2.3");
        }

        public Task ReleaseAsync(string ns, string service, CancellationToken cancel)
        {
            Released.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
