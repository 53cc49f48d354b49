namespace Lateen.Proxy.Network;

using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Listeners;

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
    private readonly TcpUpstream _upstream;
    private readonly SessionTimer _idleTimer;
    private readonly SessionTimer _durationTimer;
    private readonly StreamInfo _info = new();
    private DetectingConnection? _trial;
    private Cluster? _cluster;
    private long _lastActivityMicros;
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
        _upstream = new TcpUpstream(this, proxy, worker.Loop, connection, _info);
        _idleTimer = new SessionTimer(this, TimerKind.Idle);
        _durationTimer = new SessionTimer(this, TimerKind.Duration);
    }

    private enum TimerKind : byte
    {
        Idle,
        Duration,
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
        _upstream.Connect(_cluster);
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

        if (!_upstream.IsReady)
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
        if (_upstream.IsReady)
        {
            _upstream.ShutdownWrite();
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

        _upstream.Close(reason is CloseReason.RemoteReset ? CloseMode.Reset : CloseMode.Flush);
        Complete();
    }

    public override void OnWriteBlocked(Connection connection) => _upstream.PauseReading();

    public override void OnWriteDrained(Connection connection) => _upstream.ResumeReading();

    public void Drain()
    {
        // Bytes cannot be told to come again elsewhere: the connection lives until it ends or the drain time does.
    }

    public void Close() => _downstream.Close(CloseMode.Flush);

    private static long Micros(TimeSpan time) => (long)time.TotalMicroseconds;

    /// <summary>Bytes may pass.</summary>
    internal void OnUpstreamReady()
    {
        _downstream.ResumeReading();
        if (_downstreamEnded)
        {
            _upstream.ShutdownWrite();
        }
    }

    internal int OnUpstreamData(ReadOnlySpan<byte> data)
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

    /// <summary>The host sends no more.</summary>
    internal void OnUpstreamEnded()
    {
        _upstreamEnded = true;
        _downstream.ShutdownWrite();
        CloseWhenBothEnded();
    }

    internal void OnUpstreamClosed(CloseReason reason) =>
        _downstream.Close(reason is CloseReason.RemoteReset ? CloseMode.Reset : CloseMode.Flush);

    internal void PauseDownstream() => _downstream.PauseReading();

    internal void ResumeDownstream() => _downstream.ResumeReading();

    private void CloseWhenBothEnded()
    {
        if (_downstreamEnded && (_upstreamEnded || !_upstream.IsOpen))
        {
            _upstream.Close(CloseMode.Flush);
            _downstream.Close(CloseMode.Flush);
        }
    }

    // It is HTTP after all: the upstream has heard nothing, so giving it up loses nothing.
    private int LeaveTrial(DetectingConnection trial, ReadOnlySpan<byte> data)
    {
        _trial = null;
        _complete = true;
        DisarmAll();
        _upstream.Close(CloseMode.NoFlush);
        return trial.ServeWith(data);
    }

    internal void Fail(ResponseFlags flags, string details)
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
    }

    private void OnTimer(TimerKind kind)
    {
        if (kind is TimerKind.Idle)
        {
            OnIdleTimer();
            return;
        }

        _proxy.Stats.MaxDuration.Increment();
        End(ResponseFlags.DurationTimeout);
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
        _upstream.Close(CloseMode.NoFlush);
        _downstream.Close(CloseMode.NoFlush);
    }

    private sealed class SessionTimer(TcpSession session, TimerKind kind) : LoopTimer
    {
        public override void OnFire() => session.OnTimer(kind);
    }
}
