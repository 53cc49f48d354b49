namespace Lateen.Engine.Http2;

using Lateen.Engine.Buffers;
using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>
/// What both ends of an HTTP/2 connection share (RFC 9113): settings, flow control, PING, GOAWAY, the table of streams, and a budget for
/// what a peer may do to annoy. A connection that fails says so with GOAWAY at once; its streams hear of it at the end of the turn.
/// </summary>
public abstract class Http2Codec : ConnectionHandler
{
    // Above this the socket is asked to take what there is; what it does not take then waits in the streams.
    private const int WriteLimitBytes = 128 * 1024;
    private const ulong KeepAlivePing = 0x6C61_7465_656E_0001;
    private const ulong DrainPing = 0x6C61_7465_656E_0002;

    private readonly Http2FrameReader _reader;
    private readonly Http2StreamTable _streams = new();
    private readonly HpackDecoder _headDecoder;
    private readonly DeferredWork _deferred;
    private readonly Http2Timers _timers;
    private readonly bool _isServer;
    private ClosedStreams? _closedStreams;
    private GlitchBudget _glitches;
    private int _receiveWindow;
    private int _consumed;
    private int _dependency;
    private long _windowUpdates;
    private bool _settingsAcknowledged;
    private string _failure = "";

    private protected Http2Codec(Http2Options options, Http2Stats? stats, bool isServer)
    {
        Options = options;
        Stats = stats ?? new Http2Stats();
        _isServer = isServer;
        _reader = new Http2FrameReader(this, options, isServer);
        _headDecoder = new HpackDecoder(options.HeaderTableBytes);
        _deferred = new DeferredWork(this);
        _timers = new Http2Timers(this, options);
        _glitches = new GlitchBudget(options.MaxGlitches, options.GlitchesForgivenPerSecond);
        _receiveWindow = Math.Max(Http2Output.InitialWindowBytes, options.InitialConnectionWindowBytes);
        Output = new Http2Output(this, options);
        Head = new Http2HeadReader(options);
    }

    public Connection? Connection { get; private set; }

    public Http2Stats Stats { get; }

    /// <summary>Streams that are not over, those included whose last bytes wait for the peer.</summary>
    public int ActiveStreams => _streams.Count;

    /// <summary>Streams begun on this connection.</summary>
    public long StreamsOpened { get; private protected set; }

    /// <summary>No further stream will begin.</summary>
    public bool IsDraining { get; private protected set; }

    /// <summary>Nothing more is read or written; the connection is closed or about to be.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Part of a head has arrived, and not all of it; a timer against slow clients asks this.</summary>
    public bool IsReadingHead => _reader.IsInHead;

    internal Http2Options Options { get; }

    internal Http2Output Output { get; }

    internal SlabPool Buffers => Connection is { Loop: LoopCore core } ? core.Buffers : throw new InvalidOperationException("Not attached.");

    internal long NowMicros => Connection?.Loop.NowMicros ?? 0;

    private protected Http2HeadReader Head { get; }

    private protected int PeerWindowBytes { get; private set; } = Http2Output.InitialWindowBytes;

    private protected Http2StreamTable Streams => _streams;

    private protected ClosedStreams Closed => _closedStreams ??= new ClosedStreams();

    // Until our SETTINGS are acknowledged the peer may go by the default (RFC 9113 section 6.9.2).
    private protected int StreamWindowBytes => _settingsAcknowledged
        ? Options.InitialStreamWindowBytes
        : Math.Max(Options.InitialStreamWindowBytes, Http2Output.InitialWindowBytes);

    /// <summary>No further stream; those under way are finished, then the connection is closed.</summary>
    public abstract void Drain();

    /// <summary>Closes the connection, telling the peer; open streams are reset at the end of the turn.</summary>
    public void Close(CloseMode mode)
    {
        if (!IsClosed && mode is CloseMode.Flush)
        {
            Output.WriteGoAway(LastPeerStreamId, Http2ErrorCode.NoError);
        }

        IsClosed = true;
        Connection?.Close(mode);
    }

    public sealed override int OnData(Connection connection, ReadOnlySpan<byte> data)
    {
        int consumed = 0;
        while (!IsClosed && consumed < data.Length)
        {
            int used = _reader.Read(data[consumed..]);
            if (used == 0)
            {
                break;
            }

            consumed += used;
        }

        AfterRead();
        if (Output.HasWork)
        {
            Output.Pump();
        }

        return IsClosed ? data.Length : consumed;
    }

    public sealed override void OnEndOfStream(Connection connection)
    {
        // As Envoy: a peer that closes its side has gone, whatever it still waits for.
        IsClosed = true;
        connection.Close(ActiveStreams == 0 ? CloseMode.Flush : CloseMode.NoFlush);
    }

    public sealed override void OnClosed(Connection connection, CloseReason reason)
    {
        IsClosed = true;
        _timers.Stop(connection.Loop);
        _reader.Release(Buffers);
        StreamResetReason why = _failure.Length > 0 ? StreamResetReason.ProtocolError
            : reason is CloseReason.RemoteReset ? StreamResetReason.RemoteReset
            : StreamResetReason.ConnectionTermination;
        ResetStreams(why, _failure.Length > 0 ? _failure : "connection termination");
        OnConnectionClosed(reason);
    }

    public sealed override void OnWriteBlocked(Connection connection) => Output.IsBlocked = true;

    public sealed override void OnWriteDrained(Connection connection)
    {
        Output.IsBlocked = false;
        Output.Pump();
    }

    internal void Fail(Http2ErrorCode error, string detail, Http2Counter? counter = null)
    {
        if (IsClosed)
        {
            return;
        }

        if (counter is { } counted)
        {
            Stats.Add(counted);
        }

        _failure = detail;
        Output.WriteGoAway(LastPeerStreamId, error);
        IsClosed = true;
        Connection?.Close(CloseMode.Flush);
        OnFailed(detail);
    }

    /// <summary>A frame that brings nothing.</summary>
    internal void Glitch()
    {
        if (!_glitches.TrySpend(NowMicros))
        {
            Fail(Http2ErrorCode.EnhanceYourCalm, "http2.inbound_glitch_flood", Http2Counter.InboundGlitchFlood);
        }
    }

    internal void SetDependency(int streamId) => _dependency = streamId;

    internal void OnSettings(ReadOnlySpan<byte> payload)
    {
        Glitch();
        var settings = default(Http2Settings);
        Http2ErrorCode error = settings.Read(payload, fromServer: !_isServer);
        if (error is not Http2ErrorCode.NoError)
        {
            Fail(error, "http2.invalid_settings");
            return;
        }

        if (settings.TableBytes is { } tableBytes)
        {
            Output.SetPeerTableBytes(tableBytes);
        }

        if (settings.FrameBytes is { } frameBytes)
        {
            Output.SetPeerFrameBytes(Math.Min(frameBytes, Http2Output.DataFrameBytes));
        }

        if (settings.WindowBytes is { } windowBytes && !TrySetPeerWindow(windowBytes))
        {
            Fail(Http2ErrorCode.FlowControlError, "http2.window_overflow");
            return;
        }

        Output.WriteSettingsAck();
        OnPeerSettings(in settings);
    }

    internal void OnSettingsAck()
    {
        if (_settingsAcknowledged)
        {
            Glitch();
            return;
        }

        _settingsAcknowledged = true;
        _headDecoder.OnSettingsAcknowledged();
        if (Connection is { } connection)
        {
            _timers.OnSettingsAck(connection.Loop);
        }
    }

    internal void OnPing(ulong data, bool ack)
    {
        if (!ack)
        {
            Glitch();
            Output.WritePing(data, ack: true);
        }
        else if (data == DrainPing && IsDraining)
        {
            FinishDrain();
        }
        else if (data == KeepAlivePing && Connection is { } connection)
        {
            _timers.OnPingAnswer(connection.Loop);
        }
        else
        {
            Glitch();
        }
    }

    internal void OnWindowUpdate(int streamId, int increment)
    {
        // Its own budget, Envoy's: a peer that takes a body in sips is slow, not hostile.
        long allowed = 5 + (2 * (StreamsOpened + (Options.MaxWindowUpdateFramesPerDataFrameSent * Output.DataFrames)));
        if (++_windowUpdates > allowed)
        {
            Fail(
                Http2ErrorCode.EnhanceYourCalm,
                "http2.inbound_window_update_frames_flood",
                Http2Counter.InboundWindowUpdateFramesFlood);
            return;
        }

        if (streamId == 0)
        {
            OnConnectionWindowUpdate(increment);
        }
        else if (FindOpen(streamId) is { } stream)
        {
            if (increment == 0)
            {
                // RFC 9113 section 6.9.
                FailStream(stream, Http2ErrorCode.ProtocolError, "http2.zero_window_update");
            }
            else if (!stream.TryGrowSendWindow(increment))
            {
                FailStream(stream, Http2ErrorCode.FlowControlError, "http2.window_overflow");
            }
        }
    }

    internal void OnRstStream(int streamId, Http2ErrorCode error)
    {
        Stats.Add(Http2Counter.RxReset);
        if (FindOpen(streamId) is not { } stream)
        {
            Glitch();
            return;
        }

        StreamResetReason reason = error is Http2ErrorCode.RefusedStream ? StreamResetReason.RemoteRefused : StreamResetReason.RemoteReset;
        string detail = reason is StreamResetReason.RemoteRefused ? "http2.remote_refuse" : "http2.remote_reset";
        bool early = IsEarly(stream);
        CloseStream(stream, CloseKind.Known);
        stream.NotifyReset(reason, detail);
        OnStreamOver(stream, wasReset: early);
    }

    internal void OnBadPriority(int streamId, Http2ErrorCode error)
    {
        if (_streams.Find(streamId) is { } stream)
        {
            FailStream(stream, error, "http2.invalid_priority");
        }
        else
        {
            Glitch();
            Output.WriteReset(streamId, error);
        }
    }

    /// <summary>A DATA frame begins: its whole length counts against the windows (RFC 9113 section 6.9.1). False when it ends the connection.</summary>
    internal bool OnDataFrame(int streamId, int length)
    {
        if (length > _receiveWindow)
        {
            Fail(Http2ErrorCode.FlowControlError, "http2.connection_window_exceeded");
            return false;
        }

        _receiveWindow -= length;
        if (_streams.Find(streamId) is { } stream && stream.Id != 0)
        {
            if (stream.RemoteEnded)
            {
                FailStream(stream, Http2ErrorCode.StreamClosed, "http2.data_after_end");
            }
            else if (!stream.TryTakeReceiveWindow(length))
            {
                FailStream(stream, Http2ErrorCode.FlowControlError, "http2.stream_window_exceeded");
            }
            else
            {
                _glitches.Earn();
            }

            return !IsClosed;
        }

        if (IsIdle(streamId))
        {
            Fail(Http2ErrorCode.ProtocolError, "http2.data_on_idle_stream");
            return false;
        }

        Glitch();
        if (Closed.Find(streamId) is not CloseKind.ResetByUs && !IsBeyondGoAway(streamId))
        {
            Output.WriteReset(streamId, Http2ErrorCode.StreamClosed);
        }

        return !IsClosed;
    }

    internal void OnData(int streamId, ReadOnlySpan<byte> data, bool endStream)
    {
        if (_streams.Find(streamId) is { RemoteEnded: false } stream)
        {
            stream.Receive(data, endStream);
        }
        else
        {
            ReturnWindow(data.Length);
        }
    }

    /// <summary>Padding carries nothing, so its window is given back at once.</summary>
    internal void OnPadding(int streamId, int length)
    {
        ReturnWindow(length);
        if (_streams.Find(streamId) is { RemoteEnded: false } stream)
        {
            stream.ReturnWindow(length);
        }
    }

    internal abstract void OnGoAway(int lastStreamId, Http2ErrorCode error);

    internal abstract void OnHeaderBlock(int streamId, bool endStream, ReadOnlySpan<byte> block);

    /// <summary>All that the peer sends on a stream has been delivered.</summary>
    internal abstract void OnInputDone(Http2Stream stream);

    /// <summary>All that we send on a stream is written.</summary>
    internal abstract void OnOutputDone(Http2Stream stream);

    internal virtual void FinishDrain()
    {
    }

    internal void SendKeepAlive() => Output.WritePing(KeepAlivePing, ack: false);

    /// <summary>So many bytes of bodies are dealt with; the peer learns it when half of the window is (RFC 9113 section 6.9).</summary>
    internal void ReturnWindow(int bytes)
    {
        _consumed += bytes;
        if (_consumed >= Options.InitialConnectionWindowBytes / 2 && !IsClosed)
        {
            Output.WriteWindowUpdate(0, _consumed);
            _receiveWindow += _consumed;
            _consumed = 0;
        }
    }

    /// <summary>The end of a message waits for the peer, who may let it wait for ever.</summary>
    internal long StartFlush() => Connection is { } connection ? _timers.StartFlush(connection.Loop) : 0;

    /// <summary>Resets the streams whose end has waited too long; returns the next deadline.</summary>
    internal long FlushOverdue(long nowMicros)
    {
        long next = 0;
        for (int i = _streams.Count - 1; i >= 0; i--)
        {
            Http2Stream stream = _streams[i];
            if (stream.FlushDeadlineMicros == 0)
            {
                continue;
            }

            if (stream.FlushDeadlineMicros <= nowMicros)
            {
                Stats.Add(Http2Counter.TxFlushTimeout);
                ResetStream(stream, Http2ErrorCode.Cancel);
            }
            else
            {
                next = next == 0 ? stream.FlushDeadlineMicros : Math.Min(next, stream.FlushDeadlineMicros);
            }
        }

        return next;
    }

    /// <summary>The peer did something on a stream that ends it, and only it (RFC 9113 section 5.4.2).</summary>
    internal void FailStream(Http2Stream stream, Http2ErrorCode error, string detail)
    {
        Output.WriteReset(stream.Id, error);
        CloseStream(stream, CloseKind.ResetByUs);
        stream.NotifyReset(StreamResetReason.ProtocolError, detail);
        OnStreamOver(stream, wasReset: true);
    }

    /// <summary>A message of the peer breaks the rules of RFC 9113 section 8.</summary>
    internal void FailMessage(Http2Stream stream, string detail)
    {
        Stats.Add(Http2Counter.RxMessagingError);
        if (Options.StreamErrorOnInvalidMessage)
        {
            FailStream(stream, Http2ErrorCode.ProtocolError, detail);
        }
        else
        {
            Fail(Http2ErrorCode.ProtocolError, detail);
        }
    }

    /// <summary>Our side gives the stream up; its decoder hears nothing.</summary>
    internal void ResetStream(Http2Stream stream, Http2ErrorCode error)
    {
        if (stream.IsClosed)
        {
            return;
        }

        if (stream.Id != 0)
        {
            Output.WriteReset(stream.Id, error);
        }

        FinishStream(stream, CloseKind.ResetByUs);
    }

    internal void FinishStream(Http2Stream stream, CloseKind kind)
    {
        CloseStream(stream, kind);
        OnStreamOver(stream, wasReset: false);
    }

    /// <summary>Presents what a resumed stream holds back, at the end of the turn.</summary>
    internal void DeferResume(Http2Stream stream) => _deferred.Resume(stream);

    private protected abstract int LastPeerStreamId { get; }

    private protected abstract bool IsIdle(int streamId);

    private protected virtual bool IsBeyondGoAway(int streamId) => false;

    private protected abstract void OnPeerSettings(in Http2Settings settings);

    private protected abstract void OnConnectionClosed(CloseReason reason);

    private protected virtual void OnFailed(string detail)
    {
    }

    private protected virtual void AfterRead()
    {
    }

    /// <summary>A stream left the table.</summary>
    private protected abstract void OnStreamOver(Http2Stream stream, bool wasReset);

    private protected void Begin(Connection connection)
    {
        Connection = connection;
        connection.WriteLimitBytes = Math.Min(connection.WriteLimitBytes, WriteLimitBytes);
        Output.Attach(connection);
    }

    private protected void SendSettings(Connection connection)
    {
        Output.WriteSettings(_isServer);
        if (Options.InitialConnectionWindowBytes > Http2Output.InitialWindowBytes)
        {
            Output.WriteWindowUpdate(0, Options.InitialConnectionWindowBytes - Http2Output.InitialWindowBytes);
        }

        _timers.Start(connection.Loop);
    }

    private protected void Abandon(Connection connection)
    {
        IsClosed = true;
        _timers.Stop(connection.Loop);
    }

    private protected void AnnounceDrain(Connection connection)
    {
        // RFC 9113 section 6.8: streams that are on their way are still accepted; the PING tells when none can be any more.
        Output.WriteGoAway(int.MaxValue, Http2ErrorCode.NoError);
        Output.WritePing(DrainPing, ack: false);
        _timers.StartDrain(connection.Loop);
    }

    private protected void Open(Http2Stream stream, int streamId)
    {
        StreamsOpened++;
        Stats.Add(Http2Counter.StreamsActive);
        _glitches.Earn();
        stream.Begin(this, streamId, PeerWindowBytes, StreamWindowBytes);
        _streams.Add(stream);
    }

    /// <summary>Decodes a block; false when that failed, and with it the connection.</summary>
    private protected bool TryReadHead(ReadOnlySpan<byte> block, HeaderMap? map, Http2HeadKind kind, bool endStream)
    {
        if (Head.TryRead(_headDecoder, block, map, kind, endStream))
        {
            return true;
        }

        Fail(Http2ErrorCode.CompressionError, "http2.compression_error");
        return false;
    }

    private protected bool DependsOnItself(int streamId) => _dependency == streamId;

    private protected void CloseStream(Http2Stream stream, CloseKind kind)
    {
        _streams.Remove(stream);
        Output.Dequeue(stream);
        if (stream.Id != 0)
        {
            Closed.Add(stream.Id, kind);
        }

        Stats.Add(Http2Counter.StreamsActive, -1);
        ReturnWindow(stream.End());
        _deferred.Release(stream);
    }

    private protected void ResetStreams(StreamResetReason reason, string detail)
    {
        for (int i = _streams.Count - 1; i >= 0; i = Math.Min(i, _streams.Count) - 1)
        {
            Http2Stream stream = _streams[i];
            CloseStream(stream, CloseKind.Known);
            stream.NotifyReset(reason, detail);
        }
    }

    private bool IsEarly(Http2Stream stream) =>
        !stream.OutputEnded && NowMicros - stream.StartMicros < Options.PrematureResetMinLifetimeMicros;

    private Http2Stream? FindOpen(int streamId)
    {
        if (_streams.Find(streamId) is { } stream)
        {
            return stream;
        }

        if (IsIdle(streamId))
        {
            // RFC 9113 section 5.1: only HEADERS and PRIORITY may concern an idle stream.
            Fail(Http2ErrorCode.ProtocolError, "http2.frame_on_idle_stream");
        }

        return null;
    }

    private void OnConnectionWindowUpdate(int increment)
    {
        if (increment == 0)
        {
            Fail(Http2ErrorCode.ProtocolError, "http2.zero_window_update");
        }
        else if (increment > int.MaxValue - Output.Window)
        {
            Fail(Http2ErrorCode.FlowControlError, "http2.window_overflow");
        }
        else
        {
            Output.Window += increment;
        }
    }

    // RFC 9113 section 6.9.2: a change concerns the streams that are open too, and may make their windows negative.
    private bool TrySetPeerWindow(int bytes)
    {
        int delta = bytes - PeerWindowBytes;
        PeerWindowBytes = bytes;
        for (int i = 0; i < _streams.Count; i++)
        {
            if (!_streams[i].TryGrowSendWindow(delta))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What must not happen inside a callback of the stream it concerns.</summary>
    private sealed class DeferredWork(Http2Codec codec) : LoopTask
    {
        private readonly WorkList<Http2Stream> _resumed = new();
        private readonly WorkList<Http2Stream> _released = new();
        private bool _queued;

        public void Resume(Http2Stream stream)
        {
            _resumed.Add(stream);
            Queue();
        }

        public void Release(Http2Stream stream)
        {
            _released.Add(stream);
            Queue();
        }

        public override void Run(EventLoop loop)
        {
            _queued = false;
            foreach (Http2Stream stream in _resumed.Take())
            {
                stream.DeliverHeld();
            }

            foreach (Http2Stream stream in _released.Take())
            {
                stream.Recycle();
            }
        }

        private void Queue()
        {
            if (!_queued && codec.Connection is { } connection)
            {
                _queued = true;
                connection.Loop.Defer(this);
            }
        }
    }
}
