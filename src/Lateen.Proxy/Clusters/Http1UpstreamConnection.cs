namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Tls;
using Lateen.Engine.Transport;
using Lateen.Proxy.Http;

/// <summary>A pooled HTTP/1.1 connection.</summary>
internal sealed class Http1UpstreamConnection : UpstreamConnection
{
    private static readonly Http1Options WithoutTrailers = new() { AllowUpgrade = true };
    private static readonly Http1Options WithTrailers = WithoutTrailers with { EnableTrailers = true };

    private readonly Http1ClientCodec _codec;
    private bool _ready;

    /// <summary>Opens a connection; the outcome arrives at the pool.</summary>
    public Http1UpstreamConnection(HttpPool pool, in ConnectOptions options)
        : base(pool) =>
        _codec = Http1ClientCodec.Connect(pool.Loop, pool.Host.Address, options, new Callbacks(this), OptionsOf(pool));

    /// <summary>Takes over a connection that is up.</summary>
    public Http1UpstreamConnection(HttpPool pool, Connection connection)
        : base(pool)
    {
        _codec = new Http1ClientCodec(new Callbacks(this), OptionsOf(pool));
        _codec.Attach(connection);
        _ready = true;
        BeginLife(connection);
    }

    public override HttpProtocol Protocol => HttpProtocol.Http11;

    public override bool IsUsable => _ready && _codec.IsReusable;

    public override int ActiveStreams => _codec.HasStream ? 1 : 0;

    public override TlsSession? Tls => _codec.Connection?.Tls;

    public override string TransportFailureReason => _codec.Connection?.TransportFailureReason ?? "";

    public override SocketAddress LocalAddress => _codec.Connection?.LocalAddress ?? default;

    public override long RequestCount => _codec.Requests;

    public override RequestEncoder NewStream(ResponseDecoder decoder) => _codec.NewStream(decoder);

    public override void Drain() => _codec.Drain();

    public override void Close() => _codec.Close(CloseMode.NoFlush);

    private static Http1Options OptionsOf(HttpPool pool) => pool.Host.Cluster.Config.Http1Trailers ? WithTrailers : WithoutTrailers;

    private sealed class Callbacks(Http1UpstreamConnection owner) : Http1ClientCallbacks
    {
        public override void OnConnected(Http1ClientCodec codec)
        {
            owner._ready = true;
            owner.BeginLife(codec.Connection);
            owner.Pool.OnConnected(owner);
        }

        public override void OnConnectFailed(Http1ClientCodec codec, ConnectFailure failure) =>
            owner.Pool.OnConnectFailed(failure, codec.Connection?.TransportFailureReason ?? "");

        public override void OnIdle(Http1ClientCodec codec) => owner.Pool.OnCapacity(owner);

        public override void OnClosed(Http1ClientCodec codec, CloseReason reason)
        {
            owner.EndLife();
            owner.Pool.OnClosed(owner);
        }
    }
}
