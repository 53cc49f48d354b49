namespace Lateen.Proxy.Xds;

using Envoy.Service.Discovery.V3;
using Grpc.Core;
using Grpc.Net.Client;

/// <summary>ADS over gRPC, delta or the state of the world; in plaintext until identities exist.</summary>
public sealed class GrpcXdsTransport : XdsTransport, IDisposable
{
    // A control plane of a big mesh sends everything at once after a reconnect.
    private const int MaxMessageBytes = 256 * 1024 * 1024;

    private readonly GrpcChannel _channel;
    private readonly bool _delta;
    private readonly SotwVersions _versions = new();

    /// <param name="target">For example http://istiod.istio-system.svc:15010.</param>
    /// <param name="delta">False speaks the state of the world (api_type GRPC).</param>
    public GrpcXdsTransport(Uri target, bool delta = true)
    {
        _delta = delta;
        var handler = new SocketsHttpHandler
        {
            // A control plane that vanished without a FIN is noticed in 10 + 10 s.
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            ConnectTimeout = TimeSpan.FromSeconds(5),

            // A pod's environment may name a proxy for the application; it is not for us.
            UseProxy = false,

            // istiod may move: a stream that is opened anew resolves the name anew.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
        };
        _channel = GrpcChannel.ForAddress(target, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxMessageBytes,

            // The library's own back-off grows to two minutes; ours decides when to try again.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
            MaxReconnectBackoff = TimeSpan.FromMilliseconds(200),
        });
    }

    public override Task<XdsStream> OpenAsync(CancellationToken cancel)
    {
        var client = new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(_channel);
        if (_delta)
        {
            return Task.FromResult<XdsStream>(new Stream(client.DeltaAggregatedResources(cancellationToken: cancel)));
        }

        AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> call = client.StreamAggregatedResources(cancellationToken: cancel);
        return Task.FromResult<XdsStream>(new SotwStream(
            (request, stop) => call.RequestStream.WriteAsync(request, stop),
            async stop => await call.ResponseStream.MoveNext(stop).ConfigureAwait(false) ? call.ResponseStream.Current : null,
            call.Dispose, _versions));
    }

    public void Dispose() => _channel.Dispose();

    private sealed class Stream(AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call) : XdsStream
    {
        public override Task SendAsync(DeltaDiscoveryRequest request, CancellationToken cancel) =>
            call.RequestStream.WriteAsync(request, cancel);

        public override async Task<DeltaDiscoveryResponse?> ReceiveAsync(CancellationToken cancel) =>
            await call.ResponseStream.MoveNext(cancel).ConfigureAwait(false) ? call.ResponseStream.Current : null;

        public override ValueTask DisposeAsync()
        {
            call.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
