namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;

/// <summary>
/// One worker's HTTP/1.1 connections to one host. The most recently used idle connection is taken first, so that the others can
/// grow old and close. Requests that find none wait in order.
/// </summary>
internal sealed class HttpPool
{
    private readonly List<UpstreamConnection> _idle = [];
    private readonly IdleTimer _idleTimer;
    private PoolRequest? _first;
    private PoolRequest? _last;
    private int _waiting;
    private int _connecting;
    private int _open;

    public HttpPool(Host host, EventLoop loop)
    {
        Host = host;
        Loop = loop;
        _idleTimer = new IdleTimer(this);
    }

    public Host Host { get; }

    public EventLoop Loop { get; }

    public int OpenConnections => _open;

    public int IdleConnections => _idle.Count;

    private Cluster Cluster => Host.Cluster;

    /// <summary>Requests wait, and only the end of another worker's connection can help them.</summary>
    internal volatile bool IsStarving;

    /// <summary>Answers at once or later, by the request's own methods.</summary>
    public void Acquire(PoolRequest request, CircuitBreakers breakers)
    {
        request.Breakers = breakers;
        if (TakeIdle() is { } connection)
        {
            if (!TryGive(connection, request))
            {
                Keep(connection);
            }

            return;
        }

        Cluster.Stats.PendingTotal.Increment();
        if (!breakers.TryAddPending())
        {
            Cluster.Stats.PendingOverflow.Increment();
            request.OnFailed(PoolFailure.Overflow);
            return;
        }

        Enqueue(request);
        ConnectIfNeeded(breakers);
    }

    /// <summary>Withdraws a waiting request; harmless when it does not wait.</summary>
    public void Cancel(PoolRequest request)
    {
        if (ReferenceEquals(request.WaitingIn, this))
        {
            Unlink(request);
        }
    }

    /// <summary>The host left the cluster: idle connections close now, the others when their request is done.</summary>
    public void Drain()
    {
        while (_idle.Count > 0)
        {
            UpstreamConnection connection = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            connection.Close();
        }
    }

    internal void OnConnected(UpstreamConnection connection)
    {
        _connecting--;
        OfferOrKeep(connection);
    }

    internal void OnConnectFailed(PoolFailure failure)
    {
        _connecting--;
        Removed();
        Cluster.Stats.ConnectFail.Increment();
        Host.Stats.AddConnectFailure();
        if (failure is PoolFailure.ConnectTimeout)
        {
            Cluster.Stats.ConnectTimeout.Increment();
        }

        // As in Envoy, one failed connection fails every request that waits, unless another connection is on its way.
        // Only those that wait now: one of them may retry into this very pool.
        for (int count = _connecting > 0 ? 1 : _waiting; count > 0 && _first is { } request; count--)
        {
            Unlink(request);
            Cluster.Stats.PendingFailureEject.Increment();
            request.OnFailed(failure);
        }
    }

    internal void OnIdle(UpstreamConnection connection) => OfferOrKeep(connection);

    internal void OnClosed(UpstreamConnection connection)
    {
        _idle.Remove(connection);
        Removed();

        // A request that waited for the closed connection's turn needs a new one.
        if (_first?.Breakers is { } breakers)
        {
            ConnectIfNeeded(breakers);
        }
    }

    /// <summary>Another worker's requests wait for a connection to this host to end: an idle one goes.</summary>
    internal void ReleaseIdle()
    {
        if (_idle.Count > 0 && Host.Starving.Any)
        {
            UpstreamConnection connection = _idle[0];
            _idle.RemoveAt(0);
            connection.Close();
        }
    }

    /// <summary>A connection to this host has ended somewhere.</summary>
    internal void OnWoken()
    {
        if (_first?.Breakers is { } breakers)
        {
            ConnectIfNeeded(breakers);
        }
        else
        {
            Host.Starving.Leave(this);
        }
    }

    private void OfferOrKeep(UpstreamConnection connection)
    {
        int mostRequests = Cluster.Config.MaxRequestsPerConnection;
        if (mostRequests > 0 && connection.RequestCount >= mostRequests)
        {
            Cluster.Stats.ConnectionMaxRequests.Increment();
            connection.Close();
            return;
        }

        if (!connection.IsReusable)
        {
            connection.Close();
            return;
        }

        while (_first is { } request)
        {
            Unlink(request);
            if (TryGive(connection, request))
            {
                return;
            }
        }

        Keep(connection);
    }

    private void Keep(UpstreamConnection connection)
    {
        if (Host.IsRemoved || Host.Starving.Any)
        {
            connection.Close();
            return;
        }

        connection.IdleSinceMicros = Loop.NowMicros;
        _idle.Add(connection);
        ArmIdleTimer();
    }

    // The limit on requests is looked at when one would begin (Envoy, attachStreamToClient).
    private bool TryGive(UpstreamConnection connection, PoolRequest request)
    {
        if (request.Breakers is { } breakers && !breakers.TryAddRequest())
        {
            Cluster.Stats.PendingOverflow.Increment();
            request.OnFailed(PoolFailure.Overflow);
            return false;
        }

        connection.Attach(request);
        return true;
    }

    // A pooled connection whose peer has gone is dropped here, before a request is lost on it.
    private UpstreamConnection? TakeIdle()
    {
        while (_idle.Count > 0)
        {
            UpstreamConnection connection = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            if (connection.IsReusable)
            {
                return connection;
            }

            connection.Close();
        }

        return null;
    }

    private void ConnectIfNeeded(CircuitBreakers breakers)
    {
        if (_connecting >= _waiting)
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
        UpstreamConnection.Open(this, Cluster.ConnectOptionsFor(Host.Address));
    }

    private void Removed()
    {
        _open--;
        Cluster.ReleaseConnection(Host);
    }

    private void Enqueue(PoolRequest request)
    {
        request.WaitingIn = this;
        request.Previous = _last;
        request.Next = null;
        if (_last is null)
        {
            _first = request;
        }
        else
        {
            _last.Next = request;
        }

        _last = request;
        _waiting++;
        Cluster.Stats.PendingActive.Increment();
    }

    private void Unlink(PoolRequest request)
    {
        if (request.Previous is null)
        {
            _first = request.Next;
        }
        else
        {
            request.Previous.Next = request.Next;
        }

        if (request.Next is null)
        {
            _last = request.Previous;
        }
        else
        {
            request.Next.Previous = request.Previous;
        }

        request.Next = request.Previous = null;
        request.WaitingIn = null;
        _waiting--;
        request.Breakers?.RemovePending();
        Cluster.Stats.PendingActive.Decrement();
        if (_waiting == 0)
        {
            Host.Starving.Leave(this);
        }
    }

    private void ArmIdleTimer()
    {
        long timeout = (long)Cluster.Config.IdleTimeout.TotalMicroseconds;
        if (timeout > 0 && !_idleTimer.IsArmed)
        {
            Loop.Arm(_idleTimer, Math.Max(1000, _idle[0].IdleSinceMicros + timeout - Loop.NowMicros));
        }
    }

    // One timer for the pool: the list is in order of last use, so the oldest stands at the front.
    private void CloseIdle()
    {
        long timeout = (long)Cluster.Config.IdleTimeout.TotalMicroseconds;
        while (timeout > 0 && _idle.Count > 0 && Loop.NowMicros - _idle[0].IdleSinceMicros >= timeout)
        {
            UpstreamConnection connection = _idle[0];
            _idle.RemoveAt(0);
            Cluster.Stats.ConnectionIdleTimeout.Increment();
            connection.Close();
        }

        if (_idle.Count > 0)
        {
            ArmIdleTimer();
        }
    }

    private sealed class IdleTimer(HttpPool pool) : LoopTimer
    {
        public override void OnFire() => pool.CloseIdle();
    }
}
