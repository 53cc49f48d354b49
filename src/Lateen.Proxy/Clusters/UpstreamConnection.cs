namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>A pooled HTTP/1.1 connection to a host.</summary>
internal sealed class UpstreamConnection : Http1ClientCallbacks
{
    private static readonly Http1Options Options = new() { AllowUpgrade = true };

    private readonly HttpPool _pool;
    private readonly Http1ClientCodec _codec;
    private LifeTimer? _lifeTimer;
    private bool _ready;

    private UpstreamConnection(HttpPool pool, in ConnectOptions options)
    {
        _pool = pool;
        _codec = Http1ClientCodec.Connect(pool.Loop, pool.Host.Address, options, this, Options);
    }

    public bool IsReusable => _ready && _codec.IsReusable;

    public long RequestCount => _codec.Requests;

    public long IdleSinceMicros { get; set; }

    public SocketAddress LocalAddress => _codec.Connection?.LocalAddress ?? default;

    /// <summary>The outcome arrives at the pool.</summary>
    public static void Open(HttpPool pool, in ConnectOptions options) => _ = new UpstreamConnection(pool, options);

    public void Attach(PoolRequest request) => request.OnReady(this);

    public RequestEncoder NewStream(ResponseDecoder decoder) => _codec.NewStream(decoder);

    public void Close() => _codec.Close(CloseMode.NoFlush);

    public override void OnConnected(Http1ClientCodec codec)
    {
        _ready = true;
        if (codec.Connection is { } connection)
        {
            connection.WriteLimitBytes = _pool.Host.Cluster.Config.BufferLimitBytes;
        }

        long lifeMicros = (long)_pool.Host.Cluster.Config.MaxConnectionDuration.TotalMicroseconds;
        if (lifeMicros > 0)
        {
            _lifeTimer = new LifeTimer(this);
            _pool.Loop.Arm(_lifeTimer, lifeMicros);
        }

        _pool.OnConnected(this);
    }

    public override void OnConnectFailed(Http1ClientCodec codec, ConnectFailure failure) =>
        _pool.OnConnectFailed(failure is ConnectFailure.TimedOut ? PoolFailure.ConnectTimeout : PoolFailure.ConnectFailed);

    public override void OnIdle(Http1ClientCodec codec) => _pool.OnIdle(this);

    public override void OnClosed(Http1ClientCodec codec, CloseReason reason)
    {
        if (_lifeTimer is not null)
        {
            _pool.Loop.Disarm(_lifeTimer);
        }

        _pool.OnClosed(this);
    }

    // A request under way may end; the connection takes no other.
    private void OnLifeOver()
    {
        _pool.Host.Cluster.Stats.ConnectionMaxDuration.Increment();
        _codec.Drain();
    }

    private sealed class LifeTimer(UpstreamConnection connection) : LoopTimer
    {
        public override void OnFire() => connection.OnLifeOver();
    }
}
