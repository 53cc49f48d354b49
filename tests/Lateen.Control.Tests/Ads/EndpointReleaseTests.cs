namespace Lateen.Control.Tests.Ads;

using System.Threading.Channels;
using Envoy.Service.Discovery.V3;
using Lateen.Control.Ads;
using Lateen.Control.Config;
using Lateen.Control.Tests.Translation;
using Node = Envoy.Config.Core.V3.Node;

public sealed class EndpointReleaseTests : IDisposable
{
    private const string Address = "10.244.0.10";

    private readonly ManualClock clock = new();
    private readonly ControlPlane plane;
    private readonly Channel<DeltaDiscoveryResponse> answers = Channel.CreateUnbounded<DeltaDiscoveryResponse>();
    private readonly CancellationTokenSource stop =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public EndpointReleaseTests()
    {
        plane = new ControlPlane(clock, null, MeshFiles.Settings);
        MeshFiles.Apply(plane.Config, File.ReadAllText(Path.Combine(MeshFiles.Root, "bookinfo.yaml")));
        plane.Config.MarkSynced();
        clock.Advance(TimeSpan.FromMilliseconds(100));
        _ = plane.RunAsync(stop.Token);
    }

    public void Dispose()
    {
        stop.Cancel();
        plane.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task An_address_is_released_when_every_proxy_has_acknowledged_endpoints_without_it()
    {
        FakeProxy proxy = new(plane.Discovery, MeshFiles.Sidecar("productpage"), stop.Token);
        await proxy.UntilAsync(() => proxy.Log.Contains("eds"), stop.Token);
        proxy.Log.Clear();

        Task asking = Ask(Address);
        Assert.Equal([Address], (await answers.Reader.ReadAsync(stop.Token)).RemovedResources);
        End();
        // The proxy has been sent the endpoints without the address, and has not answered yet.
        await proxy.UntilSentAsync(stop.Token);
        Assert.False(asking.IsCompleted);
        Assert.False(answers.Reader.TryPeek(out _));

        await proxy.UntilAsync(() => proxy.Log.Contains("eds"), stop.Token);

        Assert.Equal(Address, Assert.Single((await answers.Reader.ReadAsync(stop.Token)).Resources).Name);
        await asking;
    }

    [Fact]
    public async Task A_proxy_that_goes_away_holds_nobody_back()
    {
        FakeProxy proxy = new(plane.Discovery, MeshFiles.Sidecar("productpage"), stop.Token);
        await proxy.UntilAsync(() => proxy.Log.Contains("eds"), stop.Token);
        Task asking = Ask(Address);
        End();
        await proxy.UntilSentAsync(stop.Token);

        await proxy.EndAsync();

        await asking;
    }

    [Fact]
    public async Task An_address_that_no_service_has_is_released_at_once() => await Ask("10.244.9.9");

    [Fact]
    public async Task A_pod_that_asks_is_not_counted_as_a_proxy()
    {
        Task asking = Ask(Address);
        await answers.Reader.ReadAsync(stop.Token);

        Assert.Empty(plane.Discovery.Proxies);
        End();
        await asking;
    }

    // The pod is terminating: its slice says so.
    private void End()
    {
        MeshFiles.Apply(plane.Config, """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: details-abc
              namespace: default
              labels: {kubernetes.io/service-name: details}
            addressType: IPv4
            ports:
            - {name: http, port: 9080, protocol: TCP}
            endpoints:
            - addresses: [10.244.0.10]
              conditions: {ready: false, serving: true, terminating: true}
            """);
        clock.Advance(TimeSpan.FromMilliseconds(100));
    }

    private Task Ask(string address)
    {
        DeltaDiscoveryRequest question = new()
        {
            TypeUrl = "type.googleapis.com/lateen.dev.xds.v1.EndpointRelease",
            Node = new Node { Id = $"sidecar~{address}~details-v1-x.default~default.svc.cluster.local" },
        };
        question.ResourceNamesSubscribe.Add(address);
        return plane.Discovery.RunSessionAsync(
            new[] { question }.ToAsyncEnumerable(), response => answers.Writer.WriteAsync(response, stop.Token), "peer", stop.Token);
    }
}
