namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Proxy.Listeners;

/// <summary>A downstream HTTP connection: makes streams for its requests and keeps their timeouts, whatever the version.</summary>
internal sealed class HttpServerConnection : HttpServerCallbacks, IDownstream
{
    private readonly ProxyWorker _worker;
    private readonly ConnectionManager _manager;
    private readonly DownstreamSlot _slot;
    private readonly Connection _connection;
    private readonly ConnectionTimer _timer;
    private DownstreamCodec? _codec;
    private StreamList _streams;
    private long _timerAtMicros = long.MaxValue;
    private long _idleSinceMicros;
    private long _headStartMicros = -1;
    private long _endOfLifeMicros = long.MaxValue;
    private bool _isOld;
    private bool _codecDrains;
    private long _requests;

    public HttpServerConnection(
        ProxyWorker worker, ConnectionManager manager, DownstreamSlot slot, Connection connection, ConnectionInfo info)
    {
        _worker = worker;
        _manager = manager;
        _slot = slot;
        _connection = connection;
        Info = info;
        _timer = new ConnectionTimer(this);
    }

    public ConnectionInfo Info { get; }

    public bool BypassesOverload => _slot.Listener.Config.BypassOverload;

    public HttpProtocol Protocol => _codec?.Protocol ?? HttpProtocol.None;

    public bool IsDraining
    {
        get => field || _worker.Overload.DisablesKeepalive;
        private set;
    }

    private HttpConnectionManagerConfig Config => _manager.Config;

    public void Start()
    {
        _slot.Owner = this;
        IsDraining = _slot.Listener.IsLameDuck || _slot.IsDraining;
        _manager.Stats.ConnectionsTotal.Increment();
        _manager.Stats.ConnectionsActive.Increment();
        _idleSinceMicros = _worker.Loop.NowMicros;
        _endOfLifeMicros = Deadline(_idleSinceMicros, Config.MaxConnectionDuration);
        WakeBy(Math.Min(_endOfLifeMicros, Deadline(_idleSinceMicros, ConnectionIdle)));
        switch (_manager.CodecFor(_connection))
        {
            case HttpCodecType.Http1:
                Begin(HttpProtocol.Http11);
                break;
            case HttpCodecType.Http2:
                Begin(HttpProtocol.Http2);
                break;
            default:
                _connection.Handler = new PrefaceDetector(this);
                break;
        }
    }

    /// <summary>The version is known.</summary>
    public void Begin(HttpProtocol protocol)
    {
        _codec = _manager.CreateCodec(this, protocol, Info.IsTls);
        _manager.Stats.CountConnection(protocol);
        _codec.Attach(_connection);
    }

    public override RequestDecoder OnNewStream(ResponseEncoder encoder)
    {
        _headStartMicros = -1;
        _requests++;
        if (Config.MaxRequestsPerConnection > 0 && _requests >= Config.MaxRequestsPerConnection)
        {
            IsDraining = true;
        }

        ActiveStream stream = _manager.Rent(_worker);
        _streams.Add(stream);
        stream.Begin(this, encoder);
        return stream.Decoder;
    }

    public override void OnRequestStarted()
    {
        _headStartMicros = _worker.Loop.NowMicros;
        if (!WakesBy(_headStartMicros + _manager.Timeouts.HeadMicros))
        {
            WakeBy(Deadline(_headStartMicros, Config.RequestHeadersTimeout));
        }
    }

    public override void OnRequestAbandoned() => _headStartMicros = -1;

    public override void OnProtocolError(int status, string detail)
    {
        // Slowness is no breach of the protocol.
        bool broken = status != 408;
        _manager.Stats.ConnectionProtocolError.Increment(broken ? 1 : 0);
        if (ReferenceEquals(detail, Http1Options.GlitchFlood))
        {
            _manager.Stats.Http1GlitchFlood.Increment();
        }

        if (_streams.Count > 0)
        {
            return;
        }

        var info = new StreamInfo
        {
            StartMicros = _worker.Loop.NowMicros,
            StartUnixMicros = _worker.Loop.UnixMicros,
            EndMicros = _worker.Loop.NowMicros,
            ResponseCode = status,
            ResponseCodeDetails = detail,
            Protocol = Protocol,
        };
        Info.CopyTo(info);
        info.Flags = broken ? ResponseFlags.DownstreamProtocolError : ResponseFlags.None;
        _manager.Log(info, new HeaderMap(), new HeaderMap());
    }

    public override void OnConnectionClosed()
    {
        _worker.Loop.Disarm(_timer);
        _manager.Stats.ConnectionsActive.Decrement();
        _slot.Leave();
    }

    /// <summary>A stream has its head: its timeouts run.</summary>
    public void OnStreamActive(ActiveStream stream)
    {
        if (WakesBy(stream.Info.StartMicros + _manager.Timeouts.ShortestStreamMicros))
        {
            return;
        }

        WakeBy(Deadline(stream.LastActivityMicros, StreamIdle(stream)));
        WakeBy(Deadline(stream.Info.StartMicros, Config.RequestTimeout));
        WakeBy(Deadline(stream.Info.StartMicros, Config.MaxStreamDuration));
    }

    /// <summary>Its route may have timeouts of its own.</summary>
    public void OnStreamRouted(ActiveStream stream)
    {
        if (stream.Route?.Forward is { } action
            && (action.IdleTimeout is not null || action.MaxStreamDuration is not null || action.GrpcTimeoutHeaderMax is not null))
        {
            WakeBy(Deadline(stream.LastActivityMicros, StreamIdle(stream)));
            WakeBy(DurationDeadline(stream));
        }
    }

    public void OnStreamComplete(ActiveStream stream)
    {
        _streams.Remove(stream);
        if (_streams.Count == 0)
        {
            _idleSinceMicros = _worker.Loop.NowMicros;
            if (!WakesBy(_idleSinceMicros + _manager.Timeouts.ConnectionIdleMicros))
            {
                WakeBy(Deadline(_idleSinceMicros, ConnectionIdle));
            }
        }
    }

    /// <summary>A response begins: the client is told to go elsewhere afterwards. True when the response itself must say so.</summary>
    public bool AnnounceDrain()
    {
        _manager.Stats.ConnectionDrainClose.Increment(_codecDrains ? 0 : 1);
        DrainCodec();
        return Protocol is not HttpProtocol.Http2;
    }

    public void Drain()
    {
        IsDraining = true;
        DrainCodec();
    }

    public void Close() => Close(CloseMode.Flush);

    public void OnPressure() => OnTimer();

    private void Close(CloseMode mode)
    {
        if (_codec is { } codec)
        {
            codec.Close(mode);
        }
        else
        {
            _connection.Close(mode);
        }
    }

    private void DrainCodec()
    {
        if (!_codecDrains && _codec is { Protocol: HttpProtocol.Http2 } codec)
        {
            _codecDrains = true;
            codec.Drain();
        }
    }

    private static long Deadline(long fromMicros, TimeSpan timeout) =>
        timeout > TimeSpan.Zero ? fromMicros + (long)timeout.TotalMicroseconds : long.MaxValue;

    private TimeSpan ConnectionIdle => _worker.Overload.ConnectionIdle(Config.ConnectionIdleTimeout);

    private TimeSpan StreamIdle(ActiveStream stream) =>
        _worker.Overload.StreamIdle(stream.Route?.Forward?.IdleTimeout ?? Config.StreamIdleTimeout);

    private long DurationDeadline(ActiveStream stream) => stream.GrpcDurationMicros >= 0
        ? stream.GrpcDurationMicros == 0 ? long.MaxValue : stream.Info.StartMicros + stream.GrpcDurationMicros
        : Deadline(stream.Info.StartMicros, stream.Route?.Forward?.MaxStreamDuration ?? Config.MaxStreamDuration);

    // Nearly always: the timer comes early enough whatever else there is to compute.
    private bool WakesBy(long deadlineMicros) => _timerAtMicros <= deadlineMicros && !_worker.Overload.ReducesTimeouts;

    // One timer for everything, moved only to come earlier: a request on a warm connection does not touch the wheel.
    private void WakeBy(long deadlineMicros)
    {
        if (deadlineMicros < _timerAtMicros)
        {
            _timerAtMicros = deadlineMicros;
            _worker.Loop.Arm(_timer, Math.Max(0, deadlineMicros - _worker.Loop.NowMicros));
        }
    }

    private void OnTimer()
    {
        _timerAtMicros = long.MaxValue;
        long now = _worker.Loop.NowMicros;
        if (_endOfLifeMicros <= now)
        {
            GrowOld(now);
        }

        WakeBy(_endOfLifeMicros);
        if (_headStartMicros >= 0 && IsHeadLate(now))
        {
            return;
        }

        if (_streams.Count == 0 && _headStartMicros < 0)
        {
            CheckIdle(now);
        }

        for (ActiveStream? stream = _streams.First; stream is not null;)
        {
            ActiveStream? next = stream.Next;
            if (!stream.IsComplete)
            {
                CheckStream(stream, now);
            }

            stream = next;
        }
    }

    // First the peer is told; when the drain time has passed too, an idle connection is closed.
    private void GrowOld(long now)
    {
        bool first = !_isOld;
        _manager.Stats.ConnectionMaxDuration.Increment(first ? 1 : 0);
        _isOld = true;
        Drain();
        _endOfLifeMicros = first ? Deadline(now, Config.DrainTimeout) : long.MaxValue;
        if (_streams.First is { ResponseStarted: true, IsUpgrade: false } stream && Protocol is not HttpProtocol.Http2)
        {
            stream.CloseAfterResponse();
        }
        else if (_streams.Count == 0 && (!first || _endOfLifeMicros == long.MaxValue))
        {
            Close(CloseMode.Flush);
        }
    }

    private void CheckStream(ActiveStream stream, long now)
    {
        long idle = Deadline(stream.LastActivityMicros, StreamIdle(stream));
        long request = stream.RequestEnded || stream.IsUpgrade
            ? long.MaxValue : Deadline(stream.Info.StartMicros, Config.RequestTimeout);
        long duration = DurationDeadline(stream);
        if (duration <= now)
        {
            StreamTimeouts.OnDuration(stream);
        }
        else if (idle <= now)
        {
            StreamTimeouts.OnIdle(stream);
        }
        else if (request <= now)
        {
            StreamTimeouts.OnRequest(stream);
        }
        else
        {
            WakeBy(Math.Min(Math.Min(idle, request), duration));
        }
    }

    // Also while other streams are open: on HTTP/2 a head may dribble in beside them.
    private bool IsHeadLate(long now)
    {
        long deadline = Deadline(_headStartMicros, Config.RequestHeadersTimeout);
        if (deadline > now)
        {
            WakeBy(deadline);
            return false;
        }

        _headStartMicros = -1;
        _manager.Stats.RequestTimeout.Increment();
        _codec?.TimeOutHead();
        return true;
    }

    private void CheckIdle(long now)
    {
        long deadline = Deadline(_idleSinceMicros, ConnectionIdle);
        if (deadline > now)
        {
            WakeBy(deadline);
            return;
        }

        _manager.Stats.ConnectionIdleTimeout.Increment();
        Close(CloseMode.Flush);
    }

    private sealed class ConnectionTimer(HttpServerConnection owner) : LoopTimer
    {
        public override void OnFire() => owner.OnTimer();
    }
}
