namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Tls;
using Lateen.Engine.Transport;
using Lateen.Proxy.Http;

/// <summary>A pooled HTTP/2 connection.</summary>
internal sealed class Http2UpstreamConnection : UpstreamConnection
{
    private readonly Http2ClientCodec _codec;
    private bool _ready;

    /// <summary>Opens a connection; the outcome arrives at the pool.</summary>
    public Http2UpstreamConnection(HttpPool pool, in ConnectOptions options)
        : base(pool)
    {
        Cluster cluster = pool.Host.Cluster;
        _codec = Http2ClientCodec.Connect(
            pool.Loop, pool.Host.Address, options, new Callbacks(this), cluster.Config.Http2, cluster.Http2Stats);
    }

    /// <summary>Takes over a connection that is up.</summary>
    public Http2UpstreamConnection(HttpPool pool, Connection connection)
        : base(pool)
    {
        Cluster cluster = pool.Host.Cluster;
        _codec = new Http2ClientCodec(new Callbacks(this), cluster.Config.Http2, cluster.Http2Stats);
        _codec.Attach(connection);
        _ready = true;
        BeginLife(connection: null);
    }

    public override HttpProtocol Protocol => HttpProtocol.Http2;

    public override bool IsUsable => _ready && _codec.CanOpenStream;

    public override int ActiveStreams => _codec.ActiveStreams;

    public override TlsSession? Tls => _codec.Connection?.Tls;

    public override string TransportFailureReason => _codec.Connection?.TransportFailureReason ?? "";

    public override SocketAddress LocalAddress => _codec.Connection?.LocalAddress ?? default;

    public override long RequestCount => _codec.StreamsOpened;

    public override RequestEncoder NewStream(ResponseDecoder decoder) => _codec.NewStream(decoder);

    public override void Drain() => _codec.Drain();

    public override void Close() => _codec.Close(CloseMode.Flush);

    private sealed class Callbacks(Http2UpstreamConnection owner) : Http2ClientCallbacks
    {
        public override void OnConnected(Http2ClientCodec codec)
        {
            // The codec keeps its own limit of what waits for the socket; each stream has the cluster's.
            owner._ready = true;
            owner.BeginLife(connection: null);
            owner.Pool.OnConnected(owner);
        }

        public override void OnConnectFailed(Http2ClientCodec codec, ConnectFailure failure) =>
            owner.Pool.OnConnectFailed(failure, codec.Connection?.TransportFailureReason ?? "");

        public override void OnStreamClosed(Http2ClientCodec codec) => owner.Pool.OnCapacity(owner);

        public override void OnCapacityChanged(Http2ClientCodec codec)
        {
            if (owner._ready)
            {
                owner.Pool.OnCapacity(owner);
            }
        }

        public override void OnGoAway(Http2ClientCodec codec, int lastStreamId, Http2ErrorCode error) => owner.Pool.OnGoingAway(owner);

        public override void OnClosed(Http2ClientCodec codec, CloseReason reason)
        {
            owner.EndLife();
            owner.Pool.OnClosed(owner);
        }
    }
}
