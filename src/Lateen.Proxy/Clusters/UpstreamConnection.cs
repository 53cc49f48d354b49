namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Engine.Tls;
using Lateen.Engine.Transport;
using Lateen.Proxy.Http;

/// <summary>A pooled connection to a host. It carries one request at a time (HTTP/1.1) or many (HTTP/2).</summary>
internal abstract class UpstreamConnection(HttpPool pool)
{
    private LifeTimer? _lifeTimer;

    public abstract HttpProtocol Protocol { get; }

    /// <summary>Another request may begin now.</summary>
    public abstract bool IsUsable { get; }

    public abstract int ActiveStreams { get; }

    public abstract SocketAddress LocalAddress { get; }

    /// <summary>Null for plaintext.</summary>
    public abstract TlsSession? Tls { get; }

    /// <summary>Why TLS broke; empty when it did not.</summary>
    public abstract string TransportFailureReason { get; }

    /// <summary>Requests begun on this connection.</summary>
    public abstract long RequestCount { get; }

    public long IdleSinceMicros { get; set; }

    /// <summary>The pool has it in its list of connections that take requests.</summary>
    public bool IsOffered { get; set; }

    /// <summary>It has carried all the requests that it may.</summary>
    public bool IsRetiring { get; set; }

    protected HttpPool Pool => pool;

    public abstract RequestEncoder NewStream(ResponseDecoder decoder);

    /// <summary>Takes no other request; closes when those under way are done.</summary>
    public abstract void Drain();

    public abstract void Close();

    /// <summary>It is up: limits and the life timer begin.</summary>
    protected void BeginLife(Connection? connection)
    {
        if (connection is not null)
        {
            connection.WriteLimitBytes = pool.Host.Cluster.Config.BufferLimitBytes;
        }

        long lifeMicros = (long)pool.Host.Cluster.Config.MaxConnectionDuration.TotalMicroseconds;
        if (lifeMicros > 0)
        {
            _lifeTimer = new LifeTimer(this);
            pool.Loop.Arm(_lifeTimer, lifeMicros);
        }
    }

    protected void EndLife()
    {
        if (_lifeTimer is not null)
        {
            pool.Loop.Disarm(_lifeTimer);
        }
    }

    // A request under way may end; the connection takes no other.
    private void OnLifeOver()
    {
        pool.Host.Cluster.Stats.ConnectionMaxDuration.Increment();
        Drain();
    }

    private sealed class LifeTimer(UpstreamConnection connection) : LoopTimer
    {
        public override void OnFire() => connection.OnLifeOver();
    }
}
