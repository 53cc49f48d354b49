namespace Lateen.Proxy.Network;

using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Listeners;
using Lateen.Proxy.LoadBalancing;

/// <summary>
/// One TCP connection carried to an upstream host. Each direction waits for the other side's room and ends on its own
/// (half-close). On trial (see <see cref="DetectingConnection"/>) it may still turn out to be HTTP.
/// </summary>
internal sealed class TcpSession : ConnectionHandler, IDownstream
{
    private readonly ProxyWorker _worker;
    private readonly TcpForwarder _proxy;
    private readonly FilterChain _chain;
    private readonly DownstreamSlot _slot;
    private readonly Connection _downstream;
    private readonly ConnectionInfo _connection;
    private readonly UpstreamHandler _upstreamHandler;
    private readonly SessionTimer _idleTimer;
    private readonly SessionTimer _durationTimer;
    private readonly SessionTimer _tunnelTimer;
    private readonly StreamInfo _info = new();
    private DetectingConnection? _trial;
    private Connection? _upstream;
    private Cluster? _cluster;
    private Host? _host;
    private long _lastActivityMicros;
    private bool _connected;
    private bool _inHandshake;
    private bool _downstreamEnded;
    private bool _upstreamEnded;
    private bool _complete;

    public TcpSession(
        ProxyWorker worker, TcpForwarder proxy, FilterChain chain, DownstreamSlot slot, Connection downstream,
            ConnectionInfo connection,
        DetectingConnection? trial)
    {
        _worker = worker;
        _proxy = proxy;
        _chain = chain;
        _slot = slot;
        _downstream = downstream;
        _connection = connection;
        _trial = trial;
        _upstreamHandler = new UpstreamHandler(this);
        _idleTimer = new SessionTimer(this, TimerKind.Idle);
        _durationTimer = new SessionTimer(this, TimerKind.Duration);
        _tunnelTimer = new SessionTimer(this, TimerKind.Tunnel);
    }

    private enum TimerKind : byte
    {
        Idle,
        Duration,
        Tunnel,
    }

    private EventLoop Loop => _worker.Loop;

    public void Start()
    {
        _slot.Owner = this;
        _downstream.Handler = this;
        _info.Reset();
        _info.StartMicros = _lastActivityMicros = Loop.NowMicros;
        _info.StartUnixMicros = Loop.UnixMicros;
        _connection.CopyTo(_info);
        _proxy.Stats.ConnectionsTotal.Increment();
        _proxy.OnConnection(_info);
        Arm(_idleTimer, Micros(_proxy.Config.IdleTimeout));
        Arm(_durationTimer, Micros(_proxy.Config.MaxDuration));
        string? name = _proxy.PickCluster(Loop.Random);
        if (name is null || !_worker.Snapshot.Clusters.TryGetValue(name, out _cluster))
        {
            _proxy.Stats.NoRoute.Increment();
            Fail(ResponseFlags.NoClusterFound, ResponseCodeDetails.ClusterNotFound);
            return;
        }

        _info.Cluster = _cluster;
        Connect(_cluster);
    }

    public override int OnData(Connection connection, ReadOnlySpan<byte> data)
    {
        if (_trial is { } trial)
        {
            if (trial.TryLeaveTrial(data, _chain, out bool needMore))
            {
                return LeaveTrial(trial, data);
            }

            if (needMore)
            {
                return 0;
            }

            _trial = null;
        }

        if (_upstream is null || !_connected)
        {
            // The client's first bytes wait in the connection until there is somewhere to put them.
            connection.PauseReading();
            return 0;
        }

        _lastActivityMicros = Loop.NowMicros;
        _info.BytesReceived += data.Length;
        _proxy.Stats.BytesReceived.Increment(data.Length);
        _cluster?.Stats.BytesSent.Increment(data.Length);
        _upstream.Write(data);
        return data.Length;
    }

    public override void OnEndOfStream(Connection connection)
    {
        _downstreamEnded = true;
        if (_connected)
        {
            _upstream?.ShutdownWrite();
        }

        CloseWhenBothEnded();
    }

    public override void OnClosed(Connection connection, CloseReason reason)
    {
        if (reason is not CloseReason.Local && !_complete)
        {
            // A client that resets has gone without an end, connected or not.
            bool cut = _info.UpstreamLocalAddress.IsNone || reason is not CloseReason.RemoteClosed;
            if (cut && _info.Flags is ResponseFlags.None)
            {
                _info.ResponseCodeDetails = ResponseCodeDetails.DownstreamRemoteDisconnect;
                _info.Flags |= ResponseFlags.DownstreamConnectionTermination;
            }
        }

        CloseUpstream(reason is CloseReason.RemoteReset ? CloseMode.Reset : CloseMode.Flush);
        Complete();
    }

    public override void OnWriteBlocked(Connection connection) => _upstream?.PauseReading();

    public override void OnWriteDrained(Connection connection) => _upstream?.ResumeReading();

    public void Drain()
    {
        // Bytes cannot be told to come again elsewhere: the connection lives until it ends or the drain time does.
    }

    public void Close() => _downstream.Close(CloseMode.Flush);

    private static long Micros(TimeSpan time) => (long)time.TotalMicroseconds;

    private void Connect(Cluster cluster)
    {
        var context = new PickContext
        {
            Random = Loop.Random,
            NowMicros = Loop.NowMicros,
            OriginalDst = _connection.IsRedirected ? _connection.LocalAddress : default,
            Hash = _proxy.Config.HashSourceAddress ? HashOf(_info.DownstreamRemoteAddress) : null,
        };
        _host = cluster.Pick(Loop.WorkerIndex, ref context);
        if (_host is not { } host)
        {
            cluster.Stats.NoHealthy.Increment();
            Fail(ResponseFlags.NoHealthyUpstream, ResponseCodeDetails.NoHealthyUpstream);
            return;
        }

        if (!cluster.TryReserveConnection(host, cluster.Breakers))
        {
            cluster.Stats.ConnectionOverflow.Increment();
            Fail(ResponseFlags.UpstreamOverflow, "upstream_reset_before_response_started{overflow}");
            return;
        }

        _info.UpstreamHost = host;
        _info.UpstreamRemoteAddress = host.Address;
        _info.AttemptCount++;
        _upstream = Loop.Connect(host.Address, OptionsFor(cluster, host), _upstreamHandler);
        _upstream.WriteLimitBytes = cluster.Config.BufferLimitBytes;
    }

    private ConnectOptions OptionsFor(Cluster cluster, Host host) => cluster.ConnectOptionsFor(
        host, protocol: null, "", _info.DownstreamRemoteAddress, _info.DownstreamLocalAddress);

    private static ulong HashOf(in SocketAddress address)
    {
        Span<byte> text = stackalloc byte[64];
        return XxHash64.Hash(text[..address.Format(text, withPort: false)]);
    }

    private void OnUpstreamConnected(Connection upstream)
    {
        _info.UpstreamTls = upstream.Tls;
        if (_proxy.Tunnel is not { } tunnel)
        {
            OnUpstreamReady(upstream);
            return;
        }

        _inHandshake = true;
        tunnel.Ask(upstream, _info);
        Arm(_tunnelTimer, Micros(_cluster?.Config.ConnectTimeout ?? TimeSpan.Zero));
    }

    private int OnTunnelAnswer(Connection upstream, ReadOnlySpan<byte> data)
    {
        TunnelHandshake.Answer answer = TunnelHandshake.Read(data, out int headBytes);
        if (answer is TunnelHandshake.Answer.Incomplete)
        {
            return 0;
        }

        EndHandshake();
        if (answer is TunnelHandshake.Answer.Refused)
        {
            OnTunnelFailed(ConnectFailure.Refused);
            return data.Length;
        }

        OnUpstreamReady(upstream);
        if (headBytes < data.Length)
        {
            OnUpstreamData(data[headBytes..]);
        }

        return data.Length;
    }

    private void OnTunnelFailed(ConnectFailure failure)
    {
        Connection? refused = _upstream;
        OnUpstreamFailed(failure);
        refused?.Close(CloseMode.NoFlush);
    }

    private void EndHandshake()
    {
        _inHandshake = false;
        Loop.Disarm(_tunnelTimer);
    }

    private void OnUpstreamReady(Connection upstream)
    {
        _connected = true;
        _host?.ReportTcpConnected();
        _info.UpstreamLocalAddress = upstream.LocalAddress;
        _downstream.ResumeReading();
        if (_downstreamEnded)
        {
            upstream.ShutdownWrite();
        }
    }

    private void OnUpstreamFailed(ConnectFailure failure)
    {
        string transportFailure = _upstream?.TransportFailureReason ?? "";
        _upstream = null;
        Loop.Disarm(_tunnelTimer);
        ReleaseUpstream();
        _cluster?.Stats.ConnectFail.Increment();
        _host?.Stats.AddConnectFailure();
        _host?.ReportFailure(failure is ConnectFailure.TimedOut ? LocalOriginFailure.Timeout : LocalOriginFailure.Connection);
        ResetText text = failure is ConnectFailure.TimedOut ? ResetText.ConnectionTimeout
            : transportFailure.Length > 0 ? ResetText.TransportFailed(transportFailure) : ResetText.ConnectionFailure;
        _info.UpstreamTransportFailureReason = failure is ConnectFailure.TimedOut ? "connection timeout" : text.TransportFailure;
        if (_info.AttemptCount < _proxy.Config.MaxConnectAttempts && _cluster is { } cluster)
        {
            Connect(cluster);
            return;
        }

        _proxy.Stats.MaxConnectAttempts.Increment();
        Fail(ResponseFlags.UpstreamConnectionFailure | ResponseFlags.UpstreamRetryLimitExceeded, text.BeforeResponse);
    }

    private int OnUpstreamData(ReadOnlySpan<byte> data)
    {
        if (_trial is not null)
        {
            // The server spoke first: this is TCP. What the client has sent meanwhile is delivered again.
            _trial = null;
            _downstream.PauseReading();
            _downstream.ResumeReading();
        }

        _lastActivityMicros = Loop.NowMicros;
        if (_info.FirstUpstreamByteReceivedMicros < 0)
        {
            _info.FirstUpstreamByteReceivedMicros = Loop.NowMicros;
        }

        _info.BytesSent += data.Length;
        _proxy.Stats.BytesSent.Increment(data.Length);
        _cluster?.Stats.BytesReceived.Increment(data.Length);
        _downstream.Write(data);
        return data.Length;
    }

    private void OnUpstreamEnded()
    {
        if (_inHandshake)
        {
            EndHandshake();
            OnTunnelFailed(ConnectFailure.Refused);
            return;
        }

        _upstreamEnded = true;
        _downstream.ShutdownWrite();
        CloseWhenBothEnded();
    }

    private void OnUpstreamClosed(CloseReason reason)
    {
        if (_upstream is null)
        {
            return;
        }

        _upstream = null;
        if (_inHandshake)
        {
            EndHandshake();
            OnUpstreamFailed(ConnectFailure.Refused);
            return;
        }

        if (reason is not (CloseReason.RemoteClosed or CloseReason.Local) && _info.Flags is ResponseFlags.None)
        {
            _info.Flags |= ResponseFlags.UpstreamConnectionTermination;
            _info.ResponseCodeDetails = ResetText.ConnectionTermination.AfterResponse;
        }

        ReleaseUpstream();
        _downstream.Close(reason is CloseReason.RemoteReset ? CloseMode.Reset : CloseMode.Flush);
    }

    private void CloseWhenBothEnded()
    {
        if (_downstreamEnded && (_upstreamEnded || _upstream is null))
        {
            CloseUpstream(CloseMode.Flush);
            _downstream.Close(CloseMode.Flush);
        }
    }

    // It is HTTP after all: the upstream has heard nothing, so giving it up loses nothing.
    private int LeaveTrial(DetectingConnection trial, ReadOnlySpan<byte> data)
    {
        _trial = null;
        _complete = true;
        DisarmAll();
        CloseUpstream(CloseMode.NoFlush);
        return trial.ServeWith(data);
    }

    private void CloseUpstream(CloseMode mode)
    {
        if (_upstream is { } upstream)
        {
            _upstream = null;
            ReleaseUpstream();
            upstream.Close(mode);
        }
    }

    private void ReleaseUpstream()
    {
        _connected = false;
        if (_host is { } host)
        {
            host.Cluster.ReleaseConnection(host);
        }
    }

    private void Fail(ResponseFlags flags, string details)
    {
        _info.Flags |= flags;
        _info.ResponseCodeDetails = details;
        _downstream.Close(CloseMode.NoFlush);
    }

    private void Complete()
    {
        if (_complete)
        {
            return;
        }

        _complete = true;
        DisarmAll();
        _info.EndMicros = Loop.NowMicros;
        _proxy.OnComplete(_info);
        _slot.Leave();
    }

    private void Arm(SessionTimer timer, long delayMicros)
    {
        if (delayMicros > 0)
        {
            Loop.Arm(timer, delayMicros);
        }
    }

    private void DisarmAll()
    {
        Loop.Disarm(_idleTimer);
        Loop.Disarm(_durationTimer);
        Loop.Disarm(_tunnelTimer);
    }

    private void OnTimer(TimerKind kind)
    {
        switch (kind)
        {
            case TimerKind.Tunnel:
                EndHandshake();
                OnTunnelFailed(ConnectFailure.TimedOut);
                break;
            case TimerKind.Duration:
                _proxy.Stats.MaxDuration.Increment();
                End(ResponseFlags.DurationTimeout);
                break;
            default:
                OnIdleTimer();
                break;
        }
    }

    // Armed once and moved on only when it fires, so that bytes passing by do not touch the timer wheel.
    private void OnIdleTimer()
    {
        long rest = _lastActivityMicros + Micros(_proxy.Config.IdleTimeout) - Loop.NowMicros;
        if (rest > 0)
        {
            Arm(_idleTimer, rest);
            return;
        }

        _proxy.Stats.IdleTimeout.Increment();
        End(ResponseFlags.StreamIdleTimeout);
    }

    private void End(ResponseFlags flag)
    {
        _info.Flags |= flag;
        CloseUpstream(CloseMode.NoFlush);
        _downstream.Close(CloseMode.NoFlush);
    }

    private sealed class UpstreamHandler(TcpSession session) : ConnectionHandler
    {
        public override void OnConnected(Connection connection)
        {
            if (ReferenceEquals(session._upstream, connection))
            {
                session.OnUpstreamConnected(connection);
            }
        }

        public override void OnConnectFailed(Connection connection, ConnectFailure failure)
        {
            if (ReferenceEquals(session._upstream, connection))
            {
                session.OnUpstreamFailed(failure);
            }
        }

        public override int OnData(Connection connection, ReadOnlySpan<byte> data) =>
            !ReferenceEquals(session._upstream, connection) ? data.Length
            : session._inHandshake ? session.OnTunnelAnswer(connection, data)
            : session.OnUpstreamData(data);

        public override void OnEndOfStream(Connection connection)
        {
            if (ReferenceEquals(session._upstream, connection))
            {
                session.OnUpstreamEnded();
            }
        }

        public override void OnClosed(Connection connection, CloseReason reason)
        {
            if (ReferenceEquals(session._upstream, connection))
            {
                session.OnUpstreamClosed(reason);
            }
        }

        public override void OnWriteBlocked(Connection connection) => session._downstream.PauseReading();

        public override void OnWriteDrained(Connection connection) => session._downstream.ResumeReading();
    }

    private sealed class SessionTimer(TcpSession session, TimerKind kind) : LoopTimer
    {
        public override void OnFire() => session.OnTimer(kind);
    }
}
