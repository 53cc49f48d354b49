namespace Lateen.Proxy.Tests.Xds;

using System.Threading.Channels;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Agent;
using Lateen.Proxy.Config;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Xds;
using Lateen.Proxy.Xds.Reading;
using static XdsMessages;

public sealed class SotwStreamTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly WholeStateControlPlane _server = new();
    private readonly Task _run;
    private ProxySnapshot _snapshot = ProxySnapshot.Empty;

    public SotwStreamTests()
    {
        var client = new DeltaClient(
            _server, new Node { Id = "n" }, new ResourceStore(ExtensionCatalog.Empty, TimeProvider.System), s => _snapshot = s,
            new StatsStore(), new ProxyLog(TextWriter.Null, TimeProvider.System), new ImpatientTime());
        _run = client.RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    [Fact]
    public async Task An_answer_is_acknowledged_with_its_version_and_the_names_that_follow_are_the_whole_list()
    {
        await SkipAsync(2);

        _server.Send(Cds, "v1", EdsCluster("a"), EdsCluster("b"));
        DiscoveryRequest ack = await _server.NextRequestAsync();
        DiscoveryRequest endpoints = await _server.NextRequestAsync();
        _server.Send(Cds, "v2", EdsCluster("b"), EdsCluster("c"));
        await SkipAsync(1);
        DiscoveryRequest followed = await _server.NextRequestAsync();

        Assert.Equal(("v1", "n1"), (ack.VersionInfo, ack.ResponseNonce));
        Assert.Null(ack.ErrorDetail);
        Assert.Equal(["a", "b"], endpoints.ResourceNames);
        Assert.Equal(["b", "c"], followed.ResourceNames);
    }

    [Fact]
    public async Task What_is_not_in_the_next_answer_for_clusters_is_gone()
    {
        await SkipAsync(2);
        _server.Send(Cds, "v1", StaticCluster("a"), StaticCluster("b"));
        await SkipAsync(1);

        _server.Send(Cds, "v2", StaticCluster("b"));
        await SkipAsync(1);
        await SettleAsync();

        Assert.Equal(["b"], _snapshot.Clusters.Keys);
    }

    [Fact]
    public async Task A_refused_answer_keeps_the_version_before_and_says_all_reasons()
    {
        await SkipAsync(2);
        _server.Send(Cds, "v1", StaticCluster("good"));
        await SkipAsync(1);
        Envoy.Config.Cluster.V3.Cluster Bad(string name) =>
            new() { Name = name, Type = Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.Static, LbPolicy = Envoy.Config.Cluster.V3.Cluster.Types.LbPolicy.ClusterProvided };

        _server.Send(Cds, "v2", StaticCluster("good"), Bad("x"), Bad("y"));
        DiscoveryRequest nack = await _server.NextRequestAsync();
        await SettleAsync();

        Assert.Equal(("v1", "n2"), (nack.VersionInfo, nack.ResponseNonce));
        Assert.Contains("x: Cluster.lb_policy", nack.ErrorDetail.Message);
        Assert.Contains("y: Cluster.lb_policy", nack.ErrorDetail.Message);
        Assert.Equal(["good"], _snapshot.Clusters.Keys);
    }

    [Fact]
    public async Task After_a_reconnect_the_version_is_known_and_what_went_meanwhile_is_removed()
    {
        await SkipAsync(2);
        _server.Send(Cds, "v1", StaticCluster("a"), StaticCluster("b"));
        await SkipAsync(1);
        await SettleAsync();

        _server.Cut();
        DiscoveryRequest first = await _server.NextRequestAsync();
        await SkipAsync(1);
        _server.Send(Cds, "v2", StaticCluster("b"));
        await SkipAsync(1);
        await SettleAsync();

        Assert.Equal(("v1", ""), (first.VersionInfo, first.ResponseNonce));
        Assert.NotNull(first.Node);
        Assert.Equal(["b"], _snapshot.Clusters.Keys);
    }

    private async Task SkipAsync(int requests)
    {
        for (int i = 0; i < requests; i++)
        {
            await _server.NextRequestAsync();
        }
    }

    private async Task SettleAsync()
    {
        _server.Send("nothing", "v");
        Assert.EndsWith("nothing", (await _server.NextRequestAsync()).TypeUrl);
    }

    private sealed class WholeStateControlPlane : XdsTransport
    {
        private readonly Channel<DiscoveryRequest> _requests = Channel.CreateUnbounded<DiscoveryRequest>();
        private readonly SotwVersions _versions = new();
        private Channel<DiscoveryResponse> _responses = Channel.CreateUnbounded<DiscoveryResponse>();
        private int _nonce;

        public override Task<XdsStream> OpenAsync(CancellationToken cancel)
        {
            Channel<DiscoveryResponse> responses = _responses = Channel.CreateUnbounded<DiscoveryResponse>();
            return Task.FromResult<XdsStream>(new SotwStream(
                (request, stop) => _requests.Writer.WriteAsync(request.Clone(), stop).AsTask(),
                async stop => await responses.Reader.WaitToReadAsync(stop) && responses.Reader.TryRead(out DiscoveryResponse? response)
                    ? response : null,
                static () => { }, _versions));
        }

        public ValueTask<DiscoveryRequest> NextRequestAsync() => _requests.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public void Send(string kind, string version, params IMessage[] resources)
        {
            var response = new DiscoveryResponse
            {
                TypeUrl = "type.googleapis.com/" + kind,
                VersionInfo = version,
                Nonce = $"n{++_nonce}",
            };
            response.Resources.AddRange(resources.Select(Any.Pack));
            _responses.Writer.TryWrite(response);
        }

        public void Cut() => _responses.Writer.Complete();
    }
}
