namespace Lateen.Control.Tests.Grpc;

using Envoy.Service.Discovery.V3;
using global::Grpc.Core;
using global::Grpc.Net.Client;
using Lateen.Control.Ads;
using Lateen.Control.Tests.Translation;
using Node = Envoy.Config.Core.V3.Node;

/// <summary>State-of-the-world ADS by a real gRPC client.</summary>
public sealed class StateOfTheWorldTests : IAsyncLifetime
{
    private const string Reviews = "outbound|9080||reviews.default.svc.cluster.local";
    private const string Ratings = "outbound|9080||ratings.default.svc.cluster.local";

    private XdsServer? server;
    private GrpcChannel? channel;
    private AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse>? stream;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = await XdsServer.StartAsync(await File.ReadAllTextAsync(Path.Combine(MeshFiles.Root, "bookinfo.yaml"), Cancel));
        channel = GrpcChannel.ForAddress(server.Address);
        stream = new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(channel).StreamAggregatedResources(cancellationToken: Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        stream?.Dispose();
        channel?.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_first_request_without_names_is_answered_with_everything_and_a_change_with_everything_again()
    {
        await AskAsync(XdsType.Cluster);
        DiscoveryResponse first = await NextAsync();
        await AckAsync(first);

        Task applied = Server.ApplyAsync(DestinationRule);
        DiscoveryResponse second = await NextAsync();
        await AckAsync(second);
        await applied;

        Assert.True(first.Resources.Count > 5);
        Assert.Equal(first.Resources.Count + 1, second.Resources.Count);
        Assert.NotEqual(first.VersionInfo, second.VersionInfo);
    }

    [Fact]
    public async Task Clusters_asked_for_by_name_are_the_only_ones_sent()
    {
        await AskAsync(XdsType.Cluster, Reviews);
        DiscoveryResponse one = await NextAsync();
        await AckAsync(one, Reviews, Ratings);
        DiscoveryResponse two = await NextAsync();

        Assert.Single(one.Resources);
        Assert.Equal(2, two.Resources.Count);
    }

    [Fact]
    public async Task A_name_asked_for_later_is_answered_and_a_known_one_is_not_sent_again()
    {
        await AskAsync(XdsType.Endpoint, Reviews);
        DiscoveryResponse one = await NextAsync();
        await AckAsync(one, Reviews, Ratings);
        DiscoveryResponse two = await NextAsync();

        Assert.Equal([Reviews], Names(one));
        Assert.Equal([Ratings], Names(two));
    }

    [Fact]
    public async Task A_request_that_answers_an_older_response_is_ignored()
    {
        await AskAsync(XdsType.Endpoint, Reviews);
        DiscoveryResponse one = await NextAsync();
        await AckAsync(new DiscoveryResponse { TypeUrl = one.TypeUrl, Nonce = "older" }, Ratings);
        await AskAsync(XdsType.Listener);

        Assert.Equal(XdsType.Listener.TypeUrl(), (await NextAsync()).TypeUrl);
    }

    [Fact]
    public async Task A_refusal_is_kept_with_its_reason_and_answered_with_nothing()
    {
        await AskAsync(XdsType.Cluster);
        DiscoveryResponse clusters = await NextAsync();
        DiscoveryRequest nack = new()
        {
            TypeUrl = clusters.TypeUrl,
            ResponseNonce = clusters.Nonce,
            ErrorDetail = new Google.Rpc.Status { Code = 14, Message = "lb_policy: not mine" },
        };
        await Stream.RequestStream.WriteAsync(nack, Cancel);
        await AskAsync(XdsType.Listener);

        Assert.Equal(XdsType.Listener.TypeUrl(), (await NextAsync()).TypeUrl);
        Assert.Equal("lb_policy: not mine", Assert.Single(Server.Plane.Discovery.Proxies).Error);
    }

    [Fact]
    public async Task A_secret_that_does_not_exist_is_answered_at_once()
    {
        DiscoveryRequest request = new()
        {
            Node = Node(),
            TypeUrl = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
            ResourceNames = { "kubernetes://nobody" },
        };
        await Stream.RequestStream.WriteAsync(request, Cancel);

        Assert.Empty((await NextAsync()).Resources);
    }

    [Fact]
    public async Task A_stream_that_names_no_proxy_is_refused_as_an_invalid_argument()
    {
        await Stream.RequestStream.WriteAsync(new DiscoveryRequest { TypeUrl = XdsType.Cluster.TypeUrl() }, Cancel);

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => Stream.ResponseStream.MoveNext(Cancel));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains("node.id", refused.Status.Detail, StringComparison.Ordinal);
    }

    private XdsServer Server => server ?? throw new InvalidOperationException("not started");

    private AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> Stream =>
        stream ?? throw new InvalidOperationException("not started");

    private static Node Node() => new() { Id = "sidecar~10.244.0.99~client-x.default~default.svc.cluster.local" };

    private Task AskAsync(XdsType type, params string[] names) =>
        Stream.RequestStream.WriteAsync(new DiscoveryRequest { Node = Node(), TypeUrl = type.TypeUrl(), ResourceNames = { names } }, Cancel);

    private Task AckAsync(DiscoveryResponse response, params string[] names) => Stream.RequestStream.WriteAsync(
        new DiscoveryRequest
        {
            TypeUrl = response.TypeUrl,
            ResponseNonce = response.Nonce,
            VersionInfo = response.VersionInfo,
            ResourceNames = { names },
        },
        Cancel);

    private async Task<DiscoveryResponse> NextAsync()
    {
        Assert.True(await Stream.ResponseStream.MoveNext(Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel));
        return Stream.ResponseStream.Current;
    }

    private static IEnumerable<string> Names(DiscoveryResponse response) => response.Resources
        .Select(each => each.Unpack<Envoy.Config.Endpoint.V3.ClusterLoadAssignment>().ClusterName);

    private const string DestinationRule = """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: reviews, namespace: default}
        spec:
          host: reviews
          subsets:
          - {name: v1, labels: {version: v1}}
        """;
}
