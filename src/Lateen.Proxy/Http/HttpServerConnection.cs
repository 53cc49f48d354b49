namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Listeners;

/// <summary>A downstream HTTP connection: makes streams for its requests and keeps its timeouts.</summary>
internal sealed class HttpServerConnection : HttpServerCallbacks, IDownstream
{
    private readonly ProxyWorker _worker;
    private readonly ConnectionManager _manager;
    private readonly DownstreamSlot _slot;
    private readonly Connection _connection;
    private readonly Http1ServerCodec _codec;
    private readonly ConnectionTimer _timer;
    private ActiveStream? _stream;
    private long _timerAtMicros = long.MaxValue;
    private long _idleSinceMicros;
    private long _headStartMicros = -1;
    private long _endOfLifeMicros = long.MaxValue;
    private bool _isOld;
    private long _requests;

    public HttpServerConnection(
        ProxyWorker worker, ConnectionManager manager, DownstreamSlot slot, Connection connection, in ConnectionInfo info)
    {
        _worker = worker;
        _manager = manager;
        _slot = slot;
        _connection = connection;
        Info = info;
        _timer = new ConnectionTimer(this);
        _codec = new Http1ServerCodec(this, new Http1Options
        {
            MaxHeadBytes = manager.Config.MaxRequestHeadersBytes,
            MaxHeaders = manager.Config.MaxHeaderCount,
            AcceptHttp10 = manager.Config.AcceptHttp10,
            RejectUnderscores = manager.Config.RejectHeadersWithUnderscores,
            AutoContinue = !manager.Config.Proxy100Continue,
            AllowUpgrade = manager.Config.UpgradeTypes.Count > 0,
            Scheme = info.IsTls ? "https" : "http",
        });
    }

    public ConnectionInfo Info { get; }

    public bool IsDraining { get; private set; }

    private Config.HttpConnectionManagerConfig Config => _manager.Config;

    public void Start()
    {
        _slot.Owner = this;
        IsDraining = _slot.Listener.IsLameDuck;
        _codec.Attach(_connection);
        _manager.Stats.ConnectionsTotal.Increment();
        _manager.Stats.ConnectionsActive.Increment();
        _idleSinceMicros = _worker.Loop.NowMicros;
        _endOfLifeMicros = Deadline(_idleSinceMicros, Config.MaxConnectionDuration);
        WakeBy(Math.Min(_endOfLifeMicros, Deadline(_idleSinceMicros, Config.ConnectionIdleTimeout)));
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
        _stream = stream;
        stream.Begin(this, encoder);
        return stream.Decoder;
    }

    public override void OnRequestStarted()
    {
        _headStartMicros = _worker.Loop.NowMicros;
        WakeBy(Deadline(_headStartMicros, Config.RequestHeadersTimeout));
    }

    public override void OnProtocolError(int status, string detail)
    {
        _manager.Stats.ConnectionProtocolError.Increment();
        if (_stream is not null)
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
            Protocol = HttpProtocol.Http11,
        };
        Info.CopyTo(info);
        info.Flags = ResponseFlags.DownstreamProtocolError;
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
        WakeBy(Deadline(stream.LastActivityMicros, StreamIdle(stream)));
        WakeBy(Deadline(stream.Info.StartMicros, Config.RequestTimeout));
        WakeBy(Deadline(stream.Info.StartMicros, Config.MaxStreamDuration));
    }

    /// <summary>Its route may have timeouts of its own.</summary>
    public void OnStreamRouted(ActiveStream stream)
    {
        if (stream.Route?.Forward is { } action && (action.IdleTimeout is not null || action.MaxStreamDuration is not null))
        {
            WakeBy(Deadline(stream.LastActivityMicros, StreamIdle(stream)));
            WakeBy(Deadline(stream.Info.StartMicros, MaxDuration(stream)));
        }
    }

    public void OnStreamComplete(ActiveStream stream)
    {
        if (ReferenceEquals(_stream, stream))
        {
            _stream = null;
            _idleSinceMicros = _worker.Loop.NowMicros;
            WakeBy(Deadline(_idleSinceMicros, Config.ConnectionIdleTimeout));
        }
    }

    /// <summary>
    /// The next response says Connection: close. An idle connection is left open for now: closing it could cross a request that is
    /// on its way; the drain time ends it.
    /// </summary>
    public void Drain() => IsDraining = true;

    public void Close() => _codec.Close(CloseMode.Flush);

    private static long Deadline(long fromMicros, TimeSpan timeout) =>
        timeout > TimeSpan.Zero ? fromMicros + (long)timeout.TotalMicroseconds : long.MaxValue;

    private TimeSpan StreamIdle(ActiveStream stream) => stream.Route?.Forward?.IdleTimeout ?? Config.StreamIdleTimeout;

    private TimeSpan MaxDuration(ActiveStream stream) => stream.Route?.Forward?.MaxStreamDuration ?? Config.MaxStreamDuration;

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
        if (_stream is { } stream)
        {
            CheckStream(stream, now);
        }
        else
        {
            CheckIdle(now);
        }
    }

    // First the peer is told with the next response; when the drain time has passed too, an idle connection is closed.
    private void GrowOld(long now)
    {
        bool first = !_isOld;
        _manager.Stats.ConnectionMaxDuration.Increment(first ? 1 : 0);
        _isOld = IsDraining = true;
        _endOfLifeMicros = first ? Deadline(now, Config.DrainTimeout) : long.MaxValue;
        if (_stream is { ResponseStarted: true, IsUpgrade: false } stream)
        {
            stream.CloseAfterResponse();
        }
        else if (_stream is null && (!first || _endOfLifeMicros == long.MaxValue))
        {
            _codec.Close(CloseMode.Flush);
        }
    }

    private void CheckStream(ActiveStream stream, long now)
    {
        long idle = Deadline(stream.LastActivityMicros, StreamIdle(stream));
        long request = stream.RequestEnded || stream.IsUpgrade
            ? long.MaxValue : Deadline(stream.Info.StartMicros, Config.RequestTimeout);
        long duration = Deadline(stream.Info.StartMicros, MaxDuration(stream));
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

    private void CheckIdle(long now)
    {
        bool readingHead = _headStartMicros >= 0;
        long deadline = readingHead
            ? Deadline(_headStartMicros, Config.RequestHeadersTimeout)
            : Deadline(_idleSinceMicros, Config.ConnectionIdleTimeout);
        if (deadline > now)
        {
            WakeBy(deadline);
            return;
        }

        (readingHead ? _manager.Stats.RequestTimeout : _manager.Stats.ConnectionIdleTimeout).Increment();
        _codec.Close(CloseMode.Flush);
    }

    private sealed class ConnectionTimer(HttpServerConnection owner) : LoopTimer
    {
        public override void OnFire() => owner.OnTimer();
    }
}
