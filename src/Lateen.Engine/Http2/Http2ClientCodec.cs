namespace Lateen.Engine.Http2;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>
/// HTTP/2 towards an upstream host: many streams at a time on one connection. After <see cref="RequestEncoder.Reset"/> the stream's decoder
/// hears nothing more.
/// </summary>
public sealed class Http2ClientCodec : Http2Codec
{
    private readonly Http2ClientCallbacks _callbacks;
    private readonly FailureTask _failures;
    private int _nextStreamId = 1;
    private int _peerStreams;
    private bool _connecting;

    private Http2ClientCodec(Http2ClientCallbacks callbacks, Http2Options options, Http2Stats? stats, bool connecting)
        : base(options, stats, isServer: false)
    {
        _callbacks = callbacks;
        _connecting = connecting;
        _failures = new FailureTask(this);

        // Before its SETTINGS a peer may allow any number (RFC 9113 section 6.5.2); one that allows fewer refuses, which is safe to retry.
        _peerStreams = int.MaxValue;
    }

    public Http2ClientCodec(Http2ClientCallbacks callbacks, Http2Options options, Http2Stats? stats = null)
        : this(callbacks, options, stats, connecting: false)
    {
    }

    /// <summary>The connection is up (its connect succeeded) and not closed.</summary>
    public bool IsConnected => !_connecting && !IsClosed && Connection is not null;

    /// <summary>What the peer allows, and at most what we want.</summary>
    public int MaxConcurrentStreams => Math.Min(_peerStreams, Options.MaxConcurrentStreams);

    /// <summary>The peer takes extended CONNECT (RFC 8441).</summary>
    public bool PeerAllowsExtendedConnect { get; private set; }

    /// <summary>The peer's SETTINGS have arrived.</summary>
    public bool HasPeerSettings { get; private set; }

    /// <summary>A new stream may begin now; one that begins while the connect is under way leaves once it succeeds.</summary>
    public bool CanOpenStream =>
        !IsClosed && !IsDraining && ActiveStreams < MaxConcurrentStreams && Connection is { IsOpen: true } && !IsExhausted;

    private protected override int LastPeerStreamId => 0;

    // Every stream not yet identified needs a number too.
    private bool IsExhausted => _nextStreamId > int.MaxValue - (2 * (ActiveStreams + 1));

    /// <summary>Starts a connection whose handler is a new codec.</summary>
    public static Http2ClientCodec Connect(
        EventLoop loop,
        in SocketAddress remote,
        in ConnectOptions connect,
        Http2ClientCallbacks callbacks,
        Http2Options options,
        Http2Stats? stats = null)
    {
        var codec = new Http2ClientCodec(callbacks, options, stats, connecting: true);
        codec.Start(loop.Connect(remote, connect, codec));
        return codec;
    }

    /// <summary>Takes over a connection that is up already; also sets its handler.</summary>
    public void Attach(Connection connection)
    {
        connection.Handler = this;
        Start(connection);
    }

    /// <summary>Begins a stream; only when <see cref="CanOpenStream"/>. The encoder is valid until the decoder saw the end or a reset.</summary>
    public RequestEncoder NewStream(ResponseDecoder decoder)
    {
        if (!CanOpenStream)
        {
            throw new InvalidOperationException("The connection takes no further stream; ask CanOpenStream first.");
        }

        Http2ClientStream stream = Pool.TryRent() as Http2ClientStream ?? new Http2ClientStream();
        Open(stream, streamId: 0);
        stream.BeginRequest(this, decoder);
        return stream.Encoder;
    }

    public override void Drain()
    {
        if (IsDraining || IsClosed)
        {
            return;
        }

        IsDraining = true;
        CloseIfDrained();
    }

    public override void OnConnected(Connection connection)
    {
        _connecting = false;
        _callbacks.OnConnected(this);
    }

    public override void OnConnectFailed(Connection connection, ConnectFailure failure)
    {
        Abandon(connection);
        StreamResetReason reason = failure is ConnectFailure.TimedOut ? StreamResetReason.ConnectTimeout : StreamResetReason.ConnectFailure;
        string detail = failure switch
        {
            ConnectFailure.TimedOut => "connection timeout",
            ConnectFailure.Refused => "connection refused",
            _ => "connection failure",
        };
        ResetStreams(reason, detail);
        _callbacks.OnConnectFailed(this, failure);
    }

    internal void Identify(Http2ClientStream stream)
    {
        Streams.Identify(stream, _nextStreamId);
        _nextStreamId += 2;
    }

    /// <summary>What was sent on the stream is no request; it is reset at the end of the turn, because its producer is on the stack.</summary>
    internal void FailLater(Http2ClientStream stream) => _failures.Add(stream);

    internal override void OnGoAway(int lastStreamId, Http2ErrorCode error)
    {
        Glitch();
        IsDraining = true;
        for (int i = Streams.Count - 1; i >= 0; i = Math.Min(i, Streams.Count) - 1)
        {
            Http2Stream stream = Streams[i];
            if (stream.Id == 0 || stream.Id > lastStreamId)
            {
                // RFC 9113 section 6.8: the peer has not looked at these and will not.
                CloseStream(stream, CloseKind.ResetByUs);
                stream.NotifyReset(StreamResetReason.RemoteRefused, "http2.remote_refuse");
                OnStreamOver(stream, wasReset: false);
            }
        }

        _callbacks.OnGoAway(this, lastStreamId, error);
        CloseIfDrained();
    }

    internal override void OnHeaderBlock(int streamId, bool endStream, ReadOnlySpan<byte> block)
    {
        if (Streams.Find(streamId) is not Http2ClientStream stream)
        {
            ReadLate(streamId, endStream, block);
        }
        else if (stream.Input.IsEnded)
        {
            FailStream(stream, Http2ErrorCode.StreamClosed, "http2.headers_after_end");
        }
        else if (stream.HeadReceived)
        {
            ReadTrailers(stream, endStream, block);
        }
        else
        {
            ReadResponse(stream, endStream, block);
        }
    }

    internal override void OnInputDone(Http2Stream stream)
    {
        if (stream.OutputDone)
        {
            FinishStream(stream, CloseKind.Known);
        }
        else if (!stream.IsTunnel)
        {
            // The answer is complete, so nobody waits for the rest of the question.
            ResetStream(stream, Http2ErrorCode.Cancel);
        }
    }

    internal override void OnOutputDone(Http2Stream stream)
    {
        if (stream.Input.IsDone)
        {
            FinishStream(stream, CloseKind.Known);
        }
    }

    internal override bool IsIdle(int streamId) => streamId >= _nextStreamId || (streamId & 1) == 0;

    internal override bool AcceptsData(Http2Stream stream) => stream is Http2ClientStream { HeadReceived: true };

    internal override void OnPeerSettings(in Http2Settings settings)
    {
        HasPeerSettings = true;
        _peerStreams = settings.Streams ?? _peerStreams;
        PeerAllowsExtendedConnect = settings.ConnectProtocol ?? PeerAllowsExtendedConnect;
        _callbacks.OnCapacityChanged(this);
    }

    private protected override void DeliverComplete()
    {
        for (int i = Streams.Count - 1; i >= 0; i = Math.Min(i, Streams.Count) - 1)
        {
            if (Streams[i] is { Input: { IsEnded: true, IsDone: false } } stream)
            {
                stream.Input.DeliverHeld(evenIfPaused: true);
            }
        }
    }

    private protected override void OnConnectionClosed(CloseReason reason) => _callbacks.OnClosed(this, reason);

    internal override void OnStreamOver(Http2Stream stream, bool wasReset)
    {
        _callbacks.OnStreamClosed(this);
        CloseIfDrained();
    }

    private void Start(Connection connection)
    {
        Begin(connection);
        Output.WritePreface();
        SendSettings(connection);
    }

    private void CloseIfDrained()
    {
        if (IsDraining && ActiveStreams == 0 && !IsClosed)
        {
            Close(_connecting ? CloseMode.NoFlush : CloseMode.Flush);
        }
    }

    private void ReadResponse(Http2ClientStream stream, bool endStream, ReadOnlySpan<byte> block)
    {
        if (!TryReadHead(block, stream.Headers, Http2HeadKind.Response, endStream))
        {
            return;
        }

        if (Head.Fault is { } fault)
        {
            if (fault.Status == 431)
            {
                Stats.Add(Http2Counter.HeaderOverflow);
            }

            FailMessage(stream, fault.Detail);
        }
        else if (Head.Facts.Status < 200)
        {
            if (!stream.TryDeliverInformational(stream.Headers))
            {
                FailMessage(stream, Http2Fault.TooManyInformational.Detail);
            }
        }
        else
        {
            BeginResponse(stream, endStream);
        }
    }

    private void BeginResponse(Http2ClientStream stream, bool endStream)
    {
        // RFC 9110 section 6.4.1: these have no content, whatever content-length says.
        bool bodiless = stream.IsHead || Head.Facts.Status is 204 or 304;
        if (endStream && !bodiless && Head.Facts.ContentLength > 0)
        {
            FailMessage(stream, Http2Fault.BadContentLength.Detail);
            return;
        }

        stream.Input.Expect(bodiless ? 0 : Head.Facts.ContentLength);
        stream.HeadReceived = true;
        stream.IsTunnel = stream.IsConnect && Head.Facts.Status < 300;
        stream.DeliverHead(endStream);
        if (endStream && !stream.IsClosed)
        {
            OnInputDone(stream);
        }
    }

    private void ReadTrailers(Http2ClientStream stream, bool endStream, ReadOnlySpan<byte> block)
    {
        if (!TryReadHead(block, stream.Trailers, Http2HeadKind.Trailers, endStream))
        {
            return;
        }

        if (Head.Fault is { } fault)
        {
            FailMessage(stream, fault.Detail);
        }
        else
        {
            stream.Input.ReceiveTrailers();
        }
    }

    private void ReadLate(int streamId, bool endStream, ReadOnlySpan<byte> block)
    {
        if (IsIdle(streamId))
        {
            Fail(Http2ErrorCode.ProtocolError, "http2.headers_on_idle_stream");
        }
        else if (TryReadHead(block, map: null, Http2HeadKind.Discard, endStream))
        {
            Stats.Add(Http2Counter.HeadersCallbackNoStream);
            Glitch();
        }
    }

    /// <summary>Streams whose producer sent something that is no request.</summary>
    private sealed class FailureTask(Http2ClientCodec codec) : LoopTask
    {
        private readonly List<Http2ClientStream> _streams = [];

        public void Add(Http2ClientStream stream)
        {
            if (_streams.Contains(stream) || codec.Connection is not { } connection)
            {
                return;
            }

            _streams.Add(stream);
            if (_streams.Count == 1)
            {
                connection.Loop.Defer(this);
            }
        }

        public override void Run(EventLoop loop)
        {
            foreach (Http2ClientStream stream in _streams)
            {
                if (!stream.IsClosed)
                {
                    codec.FailStream(stream, Http2ErrorCode.InternalError, "http2.invalid_request");
                }
            }

            _streams.Clear();
        }
    }
}
