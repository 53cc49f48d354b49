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
    internal const ulong KeepAlivePing = 0x6C61_7465_656E_0001;
    internal const ulong DrainPing = 0x6C61_7465_656E_0002;

    private readonly Http2FrameReader _reader;
    private readonly Http2FrameHandler _handler;
    private readonly Http2DeferredWork _deferred;
    private readonly bool _isServer;
    private ClosedStreams? _closed;
    private Http2StreamPool? _pool;
    private GlitchBudget _glitches;
    private int _dependency;
    private string _failure = "";

    private protected Http2Codec(Http2Options options, Http2Stats? stats, bool isServer)
    {
        Options = options;
        Stats = stats ?? new Http2Stats();
        _isServer = isServer;
        _handler = new Http2FrameHandler(this, options, isServer);
        _reader = new Http2FrameReader(this, _handler, options, isServer);
        HeadDecoder = new HpackDecoder(options.HeaderTableBytes);
        _deferred = new Http2DeferredWork(this);
        Timers = new Http2Timers(this, options);
        _glitches = new GlitchBudget(options.MaxGlitches, options.GlitchesForgivenPerSecond);
        Output = new Http2Output(this, options);
        Head = new Http2HeadReader(options);
    }

    public Connection? Connection { get; private set; }

    public Http2Stats Stats { get; }

    /// <summary>Streams that are not over, those included whose last bytes wait for the peer.</summary>
    public int ActiveStreams => Streams.Count;

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

    internal Http2StreamTable Streams { get; } = new();

    internal Http2StreamPool Pool => _pool ?? throw new InvalidOperationException("Not attached.");

    internal Http2Timers Timers { get; }

    internal HpackDecoder HeadDecoder { get; }

    internal ClosedStreams Closed => _closed ??= new ClosedStreams();

    /// <summary>No further stream; those under way are finished, then the connection is closed.</summary>
    public abstract void Drain();

    /// <summary>
    /// Closes the connection; open streams are reset at the end of the turn. With <see cref="CloseMode.Flush"/> the peer is told, and
    /// messages that are given whole still leave, as fast as the peer takes them.
    /// </summary>
    public void Close(CloseMode mode)
    {
        if (!IsClosed && mode is CloseMode.Flush)
        {
            if (KeepsForFlush())
            {
                return;
            }

            Output.WriteGoAway(LastPeerStreamId, Http2ErrorCode.NoError);
        }

        IsClosed = true;
        Connection?.Close(mode);
    }

    public sealed override int OnData(Connection connection, ReadOnlySpan<byte> data)
    {
        int consumed = 0;
        int frames = 0;
        long lastOfTurn = StreamsOpened + Options.MaxRequestsPerTurn;
        while (!IsClosed && consumed < data.Length)
        {
            if (_isServer && (StreamsOpened >= lastOfTurn || ++frames > Options.MaxFramesPerTurn))
            {
                // The other connections of this worker have their turn first.
                _deferred.ReadOn();
                connection.PauseReading();
                break;
            }

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
        DeliverComplete();
        IsClosed = true;
        connection.Close(ActiveStreams == 0 ? CloseMode.Flush : CloseMode.NoFlush);
    }

    public sealed override void OnClosed(Connection connection, CloseReason reason)
    {
        DeliverComplete();
        IsClosed = true;
        Timers.Stop(connection.Loop);
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

    /// <summary>A frame that brings something pays for one that did not.</summary>
    internal void Earn() => _glitches.Earn();

    internal void ReturnWindow(int bytes) => _handler.ReturnWindow(bytes);

    internal void SetDependency(int streamId) => _dependency = streamId;

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

    /// <summary>The end of a message waits for the peer, who may let it wait for ever.</summary>
    internal long StartFlush() => Connection is { } connection ? Timers.StartFlush(connection.Loop) : 0;

    /// <summary>Resets the streams whose end has waited too long; returns the next deadline.</summary>
    internal long FlushOverdue(long nowMicros)
    {
        long next = 0;
        for (int i = Streams.Count - 1; i >= 0; i--)
        {
            Http2Stream stream = Streams[i];
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

    /// <summary>Messages wait that nobody but this codec will send: the connection closes after them.</summary>
    private protected virtual bool KeepsForFlush() => false;

    /// <summary>Messages that have arrived whole are delivered, paused or not: the connection that they came on is gone.</summary>
    private protected virtual void DeliverComplete()
    {
    }

    internal abstract bool IsIdle(int streamId);

    /// <summary>DATA may come now (RFC 9113 section 8.1: not before the head).</summary>
    internal virtual bool AcceptsData(Http2Stream stream) => true;

    internal virtual bool IsBeyondGoAway(int streamId) => false;

    internal abstract void OnPeerSettings(in Http2Settings settings);

    private protected abstract void OnConnectionClosed(CloseReason reason);

    private protected virtual void OnFailed(string detail)
    {
    }

    private protected virtual void AfterRead()
    {
    }

    /// <summary>A stream left the table.</summary>
    internal abstract void OnStreamOver(Http2Stream stream, bool wasReset);

    private protected void Begin(Connection connection)
    {
        Connection = connection;
        connection.WriteLimitBytes = Math.Min(connection.WriteLimitBytes, WriteLimitBytes);
        Output.Attach(connection);
        _pool = _isServer ? Http2StreamPool.OfServers : Http2StreamPool.OfClients;
    }

    private protected void SendSettings(Connection connection)
    {
        Output.WriteSettings(_isServer);
        if (Options.InitialConnectionWindowBytes > Http2Output.InitialWindowBytes)
        {
            Output.WriteWindowUpdate(0, Options.InitialConnectionWindowBytes - Http2Output.InitialWindowBytes);
        }

        Timers.Start(connection.Loop);
    }

    private protected void Abandon(Connection connection)
    {
        IsClosed = true;
        Timers.Stop(connection.Loop);
    }

    private protected void AnnounceDrain(Connection connection)
    {
        // RFC 9113 section 6.8: streams that are on their way are still accepted; the PING tells when none can be any more.
        Output.WriteGoAway(int.MaxValue, Http2ErrorCode.NoError);
        Output.WritePing(DrainPing, ack: false);
        Timers.StartDrain(connection.Loop);
    }

    private protected void Open(Http2Stream stream, int streamId)
    {
        StreamsOpened++;
        Stats.Add(Http2Counter.StreamsActive);
        Earn();
        stream.Begin(this, streamId, _handler.PeerWindowBytes, _handler.StreamWindowBytes);
        Streams.Add(stream);
    }

    /// <summary>Decodes a block; false when that failed, and with it the connection.</summary>
    private protected bool TryReadHead(ReadOnlySpan<byte> block, HeaderMap? map, Http2HeadKind kind, bool endStream)
    {
        if (Head.TryRead(HeadDecoder, block, map, kind, endStream))
        {
            return true;
        }

        Fail(Http2ErrorCode.CompressionError, "http2.compression_error");
        return false;
    }

    private protected bool DependsOnItself(int streamId) => _dependency == streamId;

    internal void CloseStream(Http2Stream stream, CloseKind kind)
    {
        Streams.Remove(stream);
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
        for (int i = Streams.Count - 1; i >= 0; i = Math.Min(i, Streams.Count) - 1)
        {
            Http2Stream stream = Streams[i];
            CloseStream(stream, CloseKind.Known);
            stream.NotifyReset(reason, detail);
        }
    }
}
