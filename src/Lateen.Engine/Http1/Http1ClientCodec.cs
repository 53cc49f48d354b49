namespace Lateen.Engine.Http1;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>
/// HTTP/1.1 towards an upstream host: one stream at a time on a connection that is kept alive. After <see cref="RequestEncoder.Reset"/>
/// the stream's decoder hears nothing more.
/// </summary>
public sealed class Http1ClientCodec : ConnectionHandler
{
    private readonly Http1ClientCallbacks _callbacks;
    private readonly Http1Options _options;
    private readonly MessageHead _head;
    private readonly Http1RequestEncoder _encoder;
    private MessageHead? _trailers;
    private Connection? _connection;
    private ResponseDecoder? _decoder;
    private HeadReader _lines;
    private BodyReader _body;
    private int _informational;
    private int _status;
    private bool _unusable;
    private bool _readPaused;
    private bool _responseEnded;

    public Http1ClientCodec(Http1ClientCallbacks callbacks, Http1Options options)
    {
        _callbacks = callbacks;
        _options = options;
        _head = new MessageHead(options, isRequest: false);
        _encoder = new Http1RequestEncoder(this);
    }

    public Http1Phase Phase { get; private set; } = Http1Phase.Idle;

    /// <summary>Requests begun on this connection.</summary>
    public long Requests { get; private set; }

    public Connection? Connection => _connection;

    /// <summary>The connection is up (its connect succeeded) and not closed.</summary>
    public bool IsConnected { get; private set; }

    public bool HasStream => _decoder is not null;

    /// <summary>A new stream may begin now; a request written while the connect is under way leaves once it succeeds.</summary>
    public bool IsReusable => !_unusable && _decoder is null && Phase is Http1Phase.Idle && _connection is { IsOpen: true };

    /// <summary>Starts a connection whose handler is a new codec.</summary>
    public static Http1ClientCodec Connect(
        EventLoop loop, in SocketAddress remote, in ConnectOptions connect, Http1ClientCallbacks callbacks, Http1Options options)
    {
        var codec = new Http1ClientCodec(callbacks, options);
        codec._connection = loop.Connect(remote, connect, codec);
        return codec;
    }

    /// <summary>Takes over a connection that is up already; also sets its handler.</summary>
    public void Attach(Connection connection)
    {
        _connection = connection;
        IsConnected = true;
        connection.Handler = this;
    }

    /// <summary>Begins a stream; only when <see cref="IsReusable"/>. The encoder is re-used by the next stream.</summary>
    public RequestEncoder NewStream(ResponseDecoder decoder)
    {
        if (!IsReusable)
        {
            throw new InvalidOperationException("The connection carries a stream already or is closing; ask IsReusable first.");
        }

        _decoder = decoder;
        _informational = 0;
        _readPaused = false;
        _lines = default;
        _head.Reset();
        Phase = Http1Phase.StartLine;
        Requests++;
        _encoder.Begin();
        return _encoder;
    }

    /// <summary>No further stream; closes now when there is none.</summary>
    public void Drain()
    {
        _unusable = true;
        if (_decoder is null)
        {
            Close(CloseMode.NoFlush);
        }
    }

    public void Close(CloseMode mode)
    {
        _unusable = true;
        _connection?.Close(mode);
    }

    public override void OnConnected(Connection connection)
    {
        IsConnected = true;
        _callbacks.OnConnected(this);
    }

    public override void OnConnectFailed(Connection connection, ConnectFailure failure)
    {
        Phase = Http1Phase.Closed;
        _unusable = true;
        bool timedOut = failure is ConnectFailure.TimedOut;
        string detail = timedOut ? "connection timeout" : failure is ConnectFailure.Refused ? "connection refused" : "connection failure";
        ResetStream(timedOut ? StreamResetReason.ConnectTimeout : StreamResetReason.ConnectFailure, detail);
        _callbacks.OnConnectFailed(this, failure);
    }

    public override int OnData(Connection connection, ReadOnlySpan<byte> data)
    {
        int consumed = 0;
        bool more = true;
        while (more && consumed < data.Length)
        {
            more = TryAdvance(data[consumed..], out int used);
            consumed += used;
        }

        if (_responseEnded)
        {
            // Bytes behind a complete response belong to no request; the connection is not used again.
            _unusable |= consumed < data.Length;
            AfterStream();
        }

        return Phase is Http1Phase.Closed ? data.Length : consumed;
    }

    public override void OnEndOfStream(Connection connection)
    {
        _unusable = true;
        if (Phase is Http1Phase.Tunnel && _decoder is { } tunnel)
        {
            Phase = Http1Phase.AwaitingTunnel;
            tunnel.OnData(default, endStream: true);
            FinishTunnelIfDone();
        }
        else if (Phase is Http1Phase.Body && _body.IsUntilClose)
        {
            CompleteResponse(default, trailers: null);
            AfterStream();
        }
        else
        {
            ResetStream(StreamResetReason.ConnectionTermination, "connection termination");
            CloseConnection();
        }
    }

    public override void OnClosed(Connection connection, CloseReason reason)
    {
        Phase = Http1Phase.Closed;
        _unusable = true;
        IsConnected = false;
        ResetStream(StreamResetReason.ConnectionTermination, "connection termination");
        _callbacks.OnClosed(this, reason);
    }

    public override void OnWriteBlocked(Connection connection) => _decoder?.OnWriteBlocked();

    public override void OnWriteDrained(Connection connection) => _decoder?.OnWriteDrained();

    internal void SetReadPaused(bool paused)
    {
        _readPaused = paused;
        if (paused)
        {
            _connection?.PauseReading();
        }
        else
        {
            _connection?.ResumeReading();
        }
    }

    /// <summary>The stream's owner gave it up: HTTP/1.1 can only close.</summary>
    internal void AbandonStream()
    {
        _decoder = null;
        CloseConnection();
    }

    /// <summary>What was sent does not add up to a request; whoever sent it learns at the end of the turn.</summary>
    internal void FailRequest()
    {
        _unusable = true;
        Phase = Http1Phase.Closed;
        _connection?.Close(CloseMode.NoFlush);
    }

    internal void OnTunnelRequestEnd()
    {
        _connection?.ShutdownWrite();
        FinishTunnelIfDone();
    }

    private bool TryAdvance(ReadOnlySpan<byte> input, out int used)
    {
        used = 0;
        switch (Phase)
        {
            case Http1Phase.Idle:
                // Bytes that answer no request: taken for the next response, they would poison it (response smuggling).
                CloseConnection();
                return false;
            case Http1Phase.StartLine:
            case Http1Phase.Headers:
            case Http1Phase.Trailers:
                return TryAdvanceHead(input, out used);
            case Http1Phase.Body:
                return !_readPaused && TryAdvanceBody(input, out used);
            case Http1Phase.Tunnel when !_readPaused:
                used = input.Length;
                _decoder?.OnData(input, endStream: false);
                return false;
            default:
                return false;
        }
    }

    private bool TryAdvanceHead(ReadOnlySpan<byte> input, out int used)
    {
        used = 0;
        if (!_encoder.HeadSent)
        {
            return Fail(Http1Fault.BadStatusLine);
        }

        MessageHead head = Phase is Http1Phase.Trailers ? Trailers : _head;
        switch (_lines.Read(head, Phase is Http1Phase.StartLine, input, out used, out ReadOnlySpan<byte> line, out Http1Fault? fault))
        {
            case HeadStep.NeedMoreData:
                return false;
            case HeadStep.StartLine:
                Phase = Http1Phase.Headers;
                return StartLine.ReadStatus(line, _head, out _status) is not { } bad || Fail(bad);
            case HeadStep.Fields:
                return true;
            case HeadStep.End:
                return head == _head ? FinishHead() : FinishTrailers();
            default:
                return Fail(fault ?? Http1Fault.BadLine);
        }
    }

    private bool FinishHead()
    {
        if (_head.Finish() is { } fault)
        {
            return Fail(fault);
        }

        if (_status == 101)
        {
            return _encoder.WantsUpgrade && _head.WantsUpgrade ? BeginTunnel() : Fail(Http1Fault.UnexpectedSwitch);
        }

        if (_status < 200)
        {
            return ReadInformational();
        }

        if (_encoder.IsConnect && _status < 300)
        {
            return BeginTunnel();
        }

        // A connection on which a tunnel was asked for and refused is never used again (a late 101 would poison it).
        _unusable |= !_head.PersistsConnection || _encoder.WantsTunnel;
        return BeginResponse();
    }

    private bool BeginResponse()
    {
        // RFC 9112 section 6.3, in its order.
        bool bodiless = _encoder.IsHead || _status is 204 or 304;
        bool untilClose = !bodiless && !_head.IsChunked && _head.ContentLength < 0;
        bool hasBody = !bodiless && (_head.IsChunked || untilClose || _head.ContentLength > 0);
        if (_status == 204 && (_head.IsChunked || _head.ContentLength > 0))
        {
            return Fail(Http1Fault.BodyNotAllowed);
        }

        if (!hasBody)
        {
            EndStream()?.OnHeaders(_head.Map, endStream: true);
            return false;
        }

        _unusable |= untilClose;
        _body = _head.IsChunked ? BodyReader.Chunked(_options.MaxChunkExtensionBytes)
            : untilClose ? BodyReader.UntilClose()
            : BodyReader.WithLength(_head.ContentLength);
        Phase = Http1Phase.Body;
        _decoder?.OnHeaders(_head.Map, endStream: false);
        return Phase is not Http1Phase.Closed;
    }

    private bool ReadInformational()
    {
        if (++_informational > _options.MaxInformational)
        {
            return Fail(Http1Fault.TooManyInformational);
        }

        _decoder?.OnInformational(_head.Map);
        if (Phase is Http1Phase.Closed)
        {
            return false;
        }

        _head.Reset();
        Phase = Http1Phase.StartLine;
        return true;
    }

    private bool BeginTunnel()
    {
        _unusable = true;
        Phase = Http1Phase.Tunnel;
        _encoder.EnterTunnel();
        _decoder?.OnHeaders(_head.Map, endStream: false);
        return Phase is Http1Phase.Tunnel;
    }

    private bool TryAdvanceBody(ReadOnlySpan<byte> input, out int used)
    {
        BodyStatus status = _body.Read(input, out used, out ReadOnlySpan<byte> data);
        switch (status)
        {
            case BodyStatus.Bad:
                return Fail(Http1Fault.BadChunk);
            case BodyStatus.Trailers:
                Trailers.Reset();
                Phase = Http1Phase.Trailers;
                return true;
            case BodyStatus.End:
                CompleteResponse(data, trailers: null);
                return false;
            case BodyStatus.Data:
                _decoder?.OnData(data, endStream: false);
                return Phase is not Http1Phase.Closed;
            default:
                return false;
        }
    }

    private bool FinishTrailers()
    {
        if (Trailers.ContentLength >= 0 || Trailers.IsChunked)
        {
            return Fail(Http1Fault.BadTrailer);
        }

        CompleteResponse(default, _options.EnableTrailers && Trailers.Map.Count > 0 ? Trailers.Map : null);
        return false;
    }

    private void CompleteResponse(ReadOnlySpan<byte> last, HeaderMap? trailers)
    {
        ResponseDecoder? decoder = EndStream();
        if (trailers is not null)
        {
            decoder?.OnTrailers(trailers);
        }
        else
        {
            decoder?.OnData(last, endStream: true);
        }
    }

    // The stream is over before its decoder hears so; it is AfterStream that offers the connection for the next.
    private ResponseDecoder? EndStream()
    {
        ResponseDecoder? decoder = _decoder;
        _decoder = null;
        _unusable |= !_encoder.IsComplete;
        _encoder.End();
        _responseEnded = true;
        Phase = Http1Phase.AwaitingResponse;
        return decoder;
    }

    private void AfterStream()
    {
        _responseEnded = false;
        if (Phase is Http1Phase.Closed)
        {
            return;
        }

        if (_unusable)
        {
            CloseConnection();
            return;
        }

        Phase = Http1Phase.Idle;
        if (_readPaused)
        {
            SetReadPaused(false);
        }

        _callbacks.OnIdle(this);
    }

    private bool Fail(Http1Fault fault)
    {
        ResetStream(StreamResetReason.ProtocolError, fault.Detail);
        CloseConnection();
        return false;
    }

    private void FinishTunnelIfDone()
    {
        if (Phase is Http1Phase.AwaitingTunnel && _encoder.IsComplete)
        {
            _decoder = null;
            CloseConnection(CloseMode.Flush);
        }
    }

    private void ResetStream(StreamResetReason reason, string detail)
    {
        if (_decoder is { } decoder)
        {
            _decoder = null;
            _encoder.End();
            decoder.OnReset(reason, detail);
        }
    }

    private void CloseConnection(CloseMode mode = CloseMode.NoFlush)
    {
        Phase = Http1Phase.Closed;
        _encoder.End();
        Close(mode);
    }

    private MessageHead Trailers => _trailers ??= new MessageHead(_options, isRequest: false);
}
