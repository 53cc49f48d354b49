namespace Lateen.Engine.Http1;

using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Transport;

/// <summary>
/// HTTP/1.1 towards a client: one request at a time, the next is read only after the response to the last is complete. After a call
/// that ends the response, or <see cref="ResponseEncoder.Reset"/>, the stream's decoder hears nothing more.
/// </summary>
public sealed class Http1ServerCodec : ConnectionHandler
{
    private readonly HttpServerCallbacks _callbacks;
    private readonly Http1Options _options;
    private readonly Http1ResponseEncoder _encoder;
    private MessageHead? _head;
    private MessageHead? _trailers;
    private Connection? _connection;
    private RequestDecoder? _decoder;
    private HeadReader _lines;
    private BodyReader _body;
    private GlitchBudget _glitches;
    private int _drainBytes;
    private bool _skippedEmptyLine;
    private bool _requestComplete;
    private bool _bodyPaused;
    private bool _pipelinePaused;
    private bool _draining;

    public Http1ServerCodec(HttpServerCallbacks callbacks, Http1Options options)
    {
        _callbacks = callbacks;
        _options = options;
        _glitches = new GlitchBudget(options.MaxGlitches, options.GlitchesForgivenPerSecond);
        _encoder = new Http1ResponseEncoder(this);
    }

    /// <summary>What the connection is in the middle of.</summary>
    public Http1Phase Phase { get; private set; } = Http1Phase.Idle;

    /// <summary>Requests begun on this connection.</summary>
    public long Requests { get; private set; }

    internal Connection? Connection => _connection;

    internal bool IsDraining => _draining;

    public bool RequestIsHttp10 => _head is { IsHttp10: true };

    internal bool RequestPersists => _head is { PersistsConnection: true };

    /// <summary>Takes over a connection; also sets its handler.</summary>
    public void Attach(Connection connection)
    {
        _connection = connection;
        connection.Handler = this;
    }

    /// <summary>Finishes the request under way, if any, with Connection: close, and closes an idle connection now.</summary>
    public void Drain()
    {
        _draining = true;
        if (Phase is Http1Phase.Idle)
        {
            CloseConnection(CloseMode.Flush);
        }
    }

    /// <summary>The head under way took too long: 408 and the end. Without one nothing happens.</summary>
    public void TimeOutHead()
    {
        if (Phase is Http1Phase.StartLine or Http1Phase.Headers)
        {
            Fail(Http1Fault.HeadTimeout);
        }
    }

    /// <summary>Closes at once; an open stream is reset.</summary>
    public void Close(CloseMode mode) => _connection?.Close(mode);

    public override int OnData(Connection connection, ReadOnlySpan<byte> data)
    {
        int consumed = 0;
        bool more = true;
        while (more && consumed < data.Length)
        {
            more = TryAdvance(data[consumed..], out int used);
            consumed += used;
        }

        return Phase is Http1Phase.Closed ? data.Length : consumed;
    }

    public override void OnEndOfStream(Connection connection)
    {
        if (Phase is Http1Phase.Tunnel && _decoder is { } tunnel)
        {
            // Half-close passes through a tunnel; the response side ends when its own peer says so.
            _requestComplete = true;
            tunnel.OnData(default, endStream: true);
            FinishTunnelIfDone();
            return;
        }

        // As Envoy without half-close: a client that closes its side of HTTP/1.1 has gone.
        ResetStream(StreamResetReason.ConnectionTermination);
        CloseConnection(Phase is Http1Phase.Idle ? CloseMode.Flush : CloseMode.NoFlush);
    }

    public override void OnClosed(Connection connection, CloseReason reason)
    {
        Phase = Http1Phase.Closed;
        ResetStream(reason is CloseReason.RemoteReset ? StreamResetReason.RemoteReset : StreamResetReason.ConnectionTermination);
        ReturnHeads();
        _callbacks.OnConnectionClosed();
    }

    public override void OnWriteBlocked(Connection connection) => _decoder?.OnWriteBlocked();

    public override void OnWriteDrained(Connection connection) => _decoder?.OnWriteDrained();

    internal void SetBodyPaused(bool paused)
    {
        _bodyPaused = paused;
        UpdateReading();
    }

    /// <summary>The response accepted the tunnel that the request asked for.</summary>
    internal void EnterTunnel()
    {
        Phase = Http1Phase.Tunnel;
        _requestComplete = false;
        UpdateReading();
    }

    internal void DeclineTunnel() => _requestComplete = true;

    internal bool AwaitsTunnel => Phase is Http1Phase.AwaitingTunnel;

    internal bool IsTunnel => Phase is Http1Phase.Tunnel;

    /// <summary>The response was written whole: on to the next request, or the end of the connection.</summary>
    internal void OnResponseComplete(bool mustClose)
    {
        if (Phase is Http1Phase.Tunnel)
        {
            _connection?.ShutdownWrite();
            FinishTunnelIfDone();
            return;
        }

        _decoder = null;
        _bodyPaused = false;

        // A body that the client was told not to send yet, or a long one, is not waited for.
        bool mustNotDrain = !_requestComplete && (_encoder.ContinueIsPending || _options.MaxDrainBytes == 0);
        if (mustClose || mustNotDrain || _draining)
        {
            CloseConnection(CloseMode.Flush);
            return;
        }

        _drainBytes = 0;
        if (_requestComplete)
        {
            BeginNext();
        }

        UpdateReading();
    }

    /// <summary>The response cannot be completed: the client learns it from the connection's end.</summary>
    internal void AbortStream(bool reset)
    {
        _decoder = null;
        CloseConnection(reset ? CloseMode.Reset : CloseMode.Flush);
    }

    // One step of the machine; false when it needs more input or must wait.
    private bool TryAdvance(ReadOnlySpan<byte> input, out int used)
    {
        used = 0;
        switch (Phase)
        {
            case Http1Phase.Idle:
                _head = HeadPool.Current.Rent(_options);
                Phase = Http1Phase.StartLine;
                _callbacks.OnRequestStarted();
                return Phase is Http1Phase.StartLine;
            case Http1Phase.StartLine:
            case Http1Phase.Headers:
            case Http1Phase.Trailers:
                return TryAdvanceHead(input, out used);
            case Http1Phase.Body:
                return !_bodyPaused && TryAdvanceBody(input, out used);
            case Http1Phase.Tunnel:
                used = input.Length;
                _decoder?.OnData(input, endStream: false);
                return false;
            case Http1Phase.AwaitingResponse:
            case Http1Phase.AwaitingTunnel:
                // The next request waits in the connection's buffer, and the one after it in the kernel.
                _pipelinePaused = true;
                _connection?.PauseReading();
                return false;
            default:
                return false;
        }
    }

    private bool TryAdvanceHead(ReadOnlySpan<byte> input, out int used)
    {
        MessageHead head = Phase is Http1Phase.Trailers ? Trailers : Head;
        bool startLine = Phase is Http1Phase.StartLine;
        switch (_lines.Read(head, startLine, input, out used, out ReadOnlySpan<byte> line, out Http1Fault? fault))
        {
            case HeadStep.NeedMoreData:
                return startLine && !IsRequestStart(input) && Fail(Http1Fault.BadMethod);
            case HeadStep.StartLine:
                return ReadStartLine(line);
            case HeadStep.Fields:
                return true;
            case HeadStep.End:
                return head == _head ? BeginStream(head) : FinishTrailers();
            case HeadStep.BadField when head != _head:
                return Fail(Http1Fault.BadTrailer);
            default:
                return Fail(fault ?? Http1Fault.BadLine);
        }
    }

    // Refuses TLS and other foreign protocols at their first byte instead of waiting for a line end.
    private bool IsRequestStart(ReadOnlySpan<byte> input) =>
        Http1Syntax.IsToken(input[..1]) || (input[0] == '\r' && !_skippedEmptyLine);

    private bool ReadStartLine(ReadOnlySpan<byte> line)
    {
        // RFC 9112 section 2.2: one empty line before the request line is ignored.
        if (line.IsEmpty && !_skippedEmptyLine)
        {
            _skippedEmptyLine = true;
            return TrySpend(1) || Fail(Http1Fault.TooManyGlitches);
        }

        if (StartLine.ReadRequest(line, Head, _options) is { } fault)
        {
            return Fail(fault);
        }

        Phase = Http1Phase.Headers;
        return true;
    }

    private bool BeginStream(MessageHead head)
    {
        if (head.Finish() is { } fault)
        {
            return Fail(fault);
        }

        if (!TrySpend(head.Glitches))
        {
            return Fail(Http1Fault.TooManyGlitches);
        }

        bool tunnel = head.IsConnect || head.WantsUpgrade;
        bool hasBody = !tunnel && (head.IsChunked || head.ContentLength > 0);
        _requestComplete = !hasBody && !tunnel;
        Phase = tunnel ? Http1Phase.AwaitingTunnel : hasBody ? Http1Phase.Body : Http1Phase.AwaitingResponse;
        _body = head.IsChunked
            ? BodyReader.Chunked(_options.MaxChunkExtensionBytes)
            : BodyReader.WithLength(Math.Max(0, head.ContentLength));
        Requests++;
        _encoder.Begin(head, hasBody && head.ExpectsContinue && _options.AutoContinue);
        _decoder = _callbacks.OnNewStream(_encoder);
        _decoder.OnHeaders(head.Map, _requestComplete);
        _encoder.SendContinueIfPending();
        return Phase is not Http1Phase.Closed;
    }

    private bool TryAdvanceBody(ReadOnlySpan<byte> input, out int used)
    {
        int extensions = _body.Extensions;
        BodyStatus status = _body.Read(input, out used, out ReadOnlySpan<byte> data);
        if (!TrySpend(_body.Extensions - extensions))
        {
            return Fail(Http1Fault.TooManyGlitches);
        }

        if (_decoder is null && status is not BodyStatus.Bad)
        {
            _drainBytes += used;
            if (_drainBytes > _options.MaxDrainBytes)
            {
                CloseConnection(CloseMode.Flush);
                return false;
            }
        }

        switch (status)
        {
            case BodyStatus.Bad:
                return Fail(Http1Fault.BadChunk);
            case BodyStatus.Trailers:
                Phase = Http1Phase.Trailers;
                return true;
            case BodyStatus.End:
                CompleteRequest(data, trailers: null);
                return Phase is not Http1Phase.Closed;
            case BodyStatus.Data:
                _decoder?.OnData(data, endStream: false);
                return Phase is not Http1Phase.Closed;
            default:
                return false;
        }
    }

    private bool FinishTrailers()
    {
        if (Trailers.ContentLength >= 0 || Trailers.IsChunked || Trailers.HasAuthority)
        {
            // RFC 9110 section 6.5.1: fields that frame or route a message may not come after it.
            return Fail(Http1Fault.BadTrailer);
        }

        if (!_options.EnableTrailers && !TrySpend(Trailers.Map.Count))
        {
            return Fail(Http1Fault.TooManyGlitches);
        }

        CompleteRequest(default, _options.EnableTrailers && Trailers.Map.Count > 0 ? Trailers.Map : null);
        return Phase is not Http1Phase.Closed;
    }

    private void CompleteRequest(ReadOnlySpan<byte> last, HeaderMap? trailers)
    {
        _requestComplete = true;
        Phase = Http1Phase.AwaitingResponse;
        if (_decoder is not { } decoder)
        {
            BeginNext();
        }
        else if (trailers is not null)
        {
            decoder.OnTrailers(trailers);
        }
        else
        {
            decoder.OnData(last, endStream: true);
        }
    }

    private void BeginNext()
    {
        if (Phase is Http1Phase.Closed)
        {
            return;
        }

        if (_draining)
        {
            CloseConnection(CloseMode.Flush);
            return;
        }

        ReturnHeads();
        _lines = default;
        _skippedEmptyLine = false;
        _requestComplete = false;
        Phase = Http1Phase.Idle;
        _callbacks.OnIdle();
    }

    private bool TrySpend(int count) =>
        count == 0 || _connection is not { } connection || _glitches.TrySpend(connection.Loop.NowMicros, count);

    private void UpdateReading()
    {
        if (_connection is not { IsOpen: true } connection)
        {
            return;
        }

        bool waits = Phase is Http1Phase.AwaitingResponse or Http1Phase.AwaitingTunnel;
        _pipelinePaused &= waits;
        if (_bodyPaused || _pipelinePaused)
        {
            connection.PauseReading();
        }
        else
        {
            connection.ResumeReading();
        }
    }

    private bool Fail(Http1Fault fault)
    {
        if (_decoder is null && (Phase is Http1Phase.Body or Http1Phase.Trailers))
        {
            // The request was answered already; only its leftover is malformed.
            CloseConnection(CloseMode.Flush);
            return false;
        }

        // Told first, so that whoever counts and logs knows whether a stream is concerned.
        _callbacks.OnProtocolError(fault.Status, fault.Detail);
        if (_decoder is { } decoder)
        {
            _decoder = null;
            decoder.OnReset(StreamResetReason.ProtocolError);
        }

        if (Phase is not Http1Phase.Closed)
        {
            _encoder.SendFault(fault.Status);
            CloseConnection(CloseMode.Flush);
        }

        return false;
    }

    private void FinishTunnelIfDone()
    {
        if (_requestComplete && _encoder.IsComplete)
        {
            _decoder = null;
            CloseConnection(CloseMode.Flush);
        }
    }

    private void ResetStream(StreamResetReason reason)
    {
        if (_decoder is { } decoder)
        {
            _decoder = null;
            _encoder.End();
            decoder.OnReset(reason);
        }
    }

    private void CloseConnection(CloseMode mode)
    {
        Phase = Http1Phase.Closed;
        _encoder.End();
        _connection?.Close(mode);
    }

    private void ReturnHeads()
    {
        if (_head is { } head && _connection is { } connection)
        {
            HeadPool.Current.Return(head, connection.Loop);
            _head = null;
        }

        if (_trailers is { } trailers && _connection is { } sameConnection)
        {
            HeadPool.Current.Return(trailers, sameConnection.Loop);
            _trailers = null;
        }
    }

    // From the first byte of a request to the end of its exchange there is one.
    private MessageHead Head => _head ??= HeadPool.Current.Rent(_options);

    private MessageHead Trailers => _trailers ??= HeadPool.Current.Rent(_options);
}
