namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>
/// One worker's HTTP connections to one host. The most recently used connection with room is taken first, so that the others can
/// grow old and close. Requests that find none wait in order. Which protocol a connection speaks, and so how many requests it
/// carries at a time, is the connection's affair: with ALPN, both kinds may stand in one pool.
/// </summary>
internal sealed class HttpPool
{
    // Those that take another request now: idle ones, and HTTP/2 connections with room. In order of last use.
    private OfferedConnections _offered = new();
    private readonly PoolQueue _queue;
    private readonly byte[] _serverName;
    private readonly string _serverNameText;
    private readonly IdleTimer _idleTimer;
    private int _connecting;
    private int _open;
    private bool _peerSpeaksHttp2;

    public HttpPool(Host host, EventLoop loop, UpstreamProtocol protocol, byte[] serverName)
    {
        _serverName = serverName;
        _serverNameText = System.Text.Encoding.ASCII.GetString(serverName);
        Host = host;
        Loop = loop;
        Protocol = protocol;
        _queue = new PoolQueue(this);
        _idleTimer = new IdleTimer(this);
    }

    public Host Host { get; }

    public EventLoop Loop { get; }

    /// <summary>HTTP/1.1, HTTP/2, or the one that ALPN finds.</summary>
    public UpstreamProtocol Protocol { get; }

    /// <summary>SNI of its connections where the request decides it; otherwise empty.</summary>
    public ReadOnlySpan<byte> ServerName => _serverName;

    /// <summary>Whom its connections name by the PROXY protocol; none when they name nobody.</summary>
    public SocketAddress Client { get; init; }

    public SocketAddress Destination { get; init; }

    /// <summary>Its connections are the same to all clients and names.</summary>
    public bool IsShared => _serverName.Length == 0 && Client.IsNone && Destination.IsNone;

    public int OpenConnections => _open;

    /// <summary>Nothing is lost when it is forgotten.</summary>
    public bool IsEmpty => _open == 0 && _queue.Count == 0;

    public int IdleConnections
    {
        get
        {
            int idle = 0;
            for (int i = 0; i < _offered.Count; i++)
            {
                idle += _offered[i].ActiveStreams == 0 ? 1 : 0;
            }

            return idle;
        }
    }

    private Cluster Cluster => Host.Cluster;

    /// <summary>Requests wait, and only the end of another worker's connection can help them.</summary>
    internal volatile bool IsStarving;

    /// <summary>Answers at once or later, by the request's own methods.</summary>
    public void Acquire(PoolRequest request, CircuitBreakers breakers)
    {
        request.Breakers = breakers;
        if (FindUsable() is { } connection)
        {
            Give(connection, request);
            return;
        }

        Cluster.Stats.PendingTotal.Increment();
        if (!breakers.TryAddPending())
        {
            Cluster.Stats.PendingOverflow.Increment();
            request.OnFailed(PoolFailure.Overflow);
            return;
        }

        _queue.Add(request);
        ConnectIfNeeded(breakers);
    }

    /// <summary>Withdraws a waiting request; harmless when it does not wait.</summary>
    public void Cancel(PoolRequest request)
    {
        if (ReferenceEquals(request.WaitingIn, this))
        {
            Unqueue(request);
        }
    }

    /// <summary>The host left the cluster: idle connections close now, the others when their requests are done.</summary>
    public void Drain()
    {
        while (_offered.Count > 0)
        {
            UpstreamConnection connection = _offered.Last;
            Withdraw(connection);
            Retire(connection);
        }
    }

    internal void OnConnected(UpstreamConnection connection)
    {
        _connecting--;
        _peerSpeaksHttp2 = connection.Protocol is HttpProtocol.Http2;
        (_peerSpeaksHttp2 ? Cluster.Stats.ConnectionsHttp2 : Cluster.Stats.ConnectionsHttp1).Increment();
        OnCapacity(connection);
    }

    internal void OnConnectFailed(ConnectFailure failure, string transportFailure = "")
    {
        PoolFailure reason = failure is ConnectFailure.TimedOut ? PoolFailure.ConnectTimeout : PoolFailure.ConnectFailed;
        _connecting--;
        Removed();
        Cluster.Stats.ConnectFail.Increment();
        Host.Stats.AddConnectFailure();
        if (reason is PoolFailure.ConnectTimeout)
        {
            Cluster.Stats.ConnectTimeout.Increment();
        }

        // As in Envoy, one failed connection fails every request that waits, unless another connection is on its way.
        // Only those that wait now: one of them may retry into this very pool.
        for (int count = _connecting > 0 ? 1 : _queue.Count; count > 0 && _queue.First is { } request; count--)
        {
            Unqueue(request);
            Cluster.Stats.PendingFailureEject.Increment();
            request.TransportFailure = transportFailure;
            request.OnFailed(reason);
        }
    }

    /// <summary>A request has ended, or the peer allows more of them: the connection may take who waits.</summary>
    internal void OnCapacity(UpstreamConnection connection)
    {
        if (connection.ActiveStreams == 0)
        {
            connection.IdleSinceMicros = Loop.NowMicros;
        }

        if (RetiresAfter(connection))
        {
            return;
        }

        while (_queue.First is { } request && connection.IsUsable)
        {
            Unqueue(request);
            Give(connection, request);
        }

        Offer(connection);
    }

    /// <summary>The peer takes no more requests on it (GOAWAY); those under way go on.</summary>
    internal void OnGoingAway(UpstreamConnection connection)
    {
        Withdraw(connection);
        if (_queue.First?.Breakers is { } breakers)
        {
            ConnectIfNeeded(breakers);
        }
    }

    internal void OnClosed(UpstreamConnection connection)
    {
        Withdraw(connection);
        Removed();

        // A request that waited for the closed connection's turn needs a new one.
        if (_queue.First?.Breakers is { } breakers)
        {
            ConnectIfNeeded(breakers);
        }
    }

    /// <summary>Another worker's requests wait for a connection to this host to end: an idle one goes.</summary>
    internal void ReleaseIdle()
    {
        for (int i = 0; i < _offered.Count && Host.Starving.Any; i++)
        {
            if (_offered[i].ActiveStreams == 0)
            {
                UpstreamConnection connection = _offered[i];
                Withdraw(connection);
                connection.Close();
                return;
            }
        }
    }

    /// <summary>A connection to this host has ended somewhere.</summary>
    internal void OnWoken()
    {
        if (_queue.First?.Breakers is { } breakers)
        {
            ConnectIfNeeded(breakers);
        }
        else
        {
            Host.Starving.Leave(this);
        }
    }

    // The limit on requests is looked at when one would begin (Envoy, attachStreamToClient).
    private void Give(UpstreamConnection connection, PoolRequest request)
    {
        if (request.Breakers is { } breakers && !breakers.TryAddRequest())
        {
            Cluster.Stats.PendingOverflow.Increment();
            request.OnFailed(PoolFailure.Overflow);
            return;
        }

        if (connection.Protocol is HttpProtocol.Http11)
        {
            // It is whole again only after the response; a retry of this very request must not find it.
            Withdraw(connection);
        }

        request.OnReady(connection);
        if (connection.Protocol is HttpProtocol.Http2 && !RetiresAfter(connection) && !connection.IsUsable)
        {
            Withdraw(connection);
        }
    }

    private void Offer(UpstreamConnection connection)
    {
        bool idle = connection.ActiveStreams == 0;
        if (!connection.IsUsable)
        {
            Withdraw(connection);
            if (idle)
            {
                connection.Close();
            }

            return;
        }

        if (Host.IsRemoved || (idle && Host.Starving.Any))
        {
            Withdraw(connection);
            Retire(connection);
            return;
        }

        // In order of last use, so that the oldest idle one stands in front; a busy one keeps its place.
        if (idle && connection.IsOffered && !ReferenceEquals(_offered.Last, connection))
        {
            Withdraw(connection);
        }

        if (!connection.IsOffered)
        {
            connection.IsOffered = true;
            _offered.Add(connection);
        }

        if (idle)
        {
            ArmIdleTimer();
        }
    }

    private void Withdraw(UpstreamConnection connection)
    {
        if (connection.IsOffered)
        {
            connection.IsOffered = false;
            _offered.Remove(connection);
        }
    }

    private static void Retire(UpstreamConnection connection)
    {
        if (connection.ActiveStreams == 0)
        {
            connection.Close();
        }
        else
        {
            connection.Drain();
        }
    }

    // It has carried all the requests that a connection may (max_requests_per_connection); counted once.
    private bool RetiresAfter(UpstreamConnection connection)
    {
        int most = Cluster.Config.MaxRequestsPerConnection;
        if (most == 0 || connection.RequestCount < most)
        {
            return false;
        }

        if (!connection.IsRetiring)
        {
            connection.IsRetiring = true;
            Cluster.Stats.ConnectionMaxRequests.Increment();
            Withdraw(connection);
            Retire(connection);
        }

        return true;
    }

    // A pooled connection whose peer has gone is dropped here, before a request is lost on it.
    private UpstreamConnection? FindUsable()
    {
        while (_offered.Count > 0)
        {
            UpstreamConnection connection = _offered.Last;
            if (connection.IsUsable)
            {
                return connection;
            }

            Withdraw(connection);
            if (connection.ActiveStreams == 0)
            {
                connection.Close();
            }
        }

        return null;
    }

    private void ConnectIfNeeded(CircuitBreakers breakers)
    {
        if ((long)_connecting * StreamsOfNewConnection() >= _queue.Count)
        {
            return;
        }

        if (!Cluster.TryReserveConnection(Host, breakers))
        {
            Cluster.Stats.ConnectionOverflow.Increment();
            if (_open > 0)
            {
                return;
            }

            // Entered first, asked again after: a connection that ended in between has woken nobody.
            Host.Starving.Enter(this);
            if (!Cluster.TryReserveConnection(Host, breakers))
            {
                return;
            }
        }

        Host.Starving.Leave(this);
        _connecting++;
        _open++;
        UpstreamConnectionFactory.Open(this, Cluster.ConnectOptionsFor(Host, Protocol, _serverNameText, Client, Destination));
    }

    // How many waiting requests one connection on its way will take; with ALPN, as the last one turned out (Envoy's mixed pool).
    private long StreamsOfNewConnection()
    {
        bool multiplexed = Protocol is UpstreamProtocol.Http2 || (Protocol is UpstreamProtocol.Auto && _peerSpeaksHttp2);
        long most = multiplexed ? Cluster.Config.Http2.MaxConcurrentStreams : 1;
        int requests = Cluster.Config.MaxRequestsPerConnection;
        return requests > 0 ? Math.Min(most, requests) : most;
    }

    private void Removed()
    {
        _open--;
        Cluster.ReleaseConnection(Host);
    }

    private void Unqueue(PoolRequest request)
    {
        _queue.Remove(request);
        if (_queue.Count == 0)
        {
            Host.Starving.Leave(this);
        }
    }

    private void ArmIdleTimer()
    {
        if (_idleTimer.IsArmed)
        {
            return;
        }

        long timeout = (long)Cluster.Config.IdleTimeout.TotalMicroseconds;
        if (timeout > 0)
        {
            Loop.Arm(_idleTimer, timeout);
        }
    }

    // One timer for the pool. Connections that carry requests are passed over; they come again when they fall idle.
    private void CloseIdle()
    {
        long timeout = (long)Cluster.Config.IdleTimeout.TotalMicroseconds;
        long next = long.MaxValue;
        for (int i = _offered.Count - 1; i >= 0 && timeout > 0; i--)
        {
            UpstreamConnection connection = _offered[i];
            long deadline = connection.IdleSinceMicros + timeout;
            if (connection.ActiveStreams > 0)
            {
                continue;
            }

            if (deadline <= Loop.NowMicros)
            {
                Cluster.Stats.ConnectionIdleTimeout.Increment();
                Withdraw(connection);
                connection.Close();
            }
            else
            {
                next = Math.Min(next, deadline);
            }
        }

        if (next != long.MaxValue)
        {
            Loop.Arm(_idleTimer, Math.Max(1000, next - Loop.NowMicros));
        }
    }

    private sealed class IdleTimer(HttpPool pool) : LoopTimer
    {
        public override void OnFire() => pool.CloseIdle();
    }
}
