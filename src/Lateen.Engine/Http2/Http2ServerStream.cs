namespace Lateen.Engine.Http2;

using Lateen.Engine.Http;

/// <summary>A stream seen from the server.</summary>
internal sealed class Http2ServerStream : Http2Stream
{
    private readonly Http2ResponseEncoder _encoder;
    private RequestDecoder? _decoder;
    private bool _isHead;
    private bool _isConnect;

    public Http2ServerStream()
    {
        _encoder = new Http2ResponseEncoder(this);
    }

    public ResponseEncoder Encoder => _encoder;

    /// <summary>The client waits for 100 Continue and has not got it.</summary>
    public bool ContinueIsPending { get; private set; }

    public override bool HasDecoder => _decoder is not null;

    public void BeginRequest(bool isHead, bool isConnect, bool continueIsPending)
    {
        _isHead = isHead;
        _isConnect = isConnect;
        ContinueIsPending = continueIsPending;
    }

    public void SetDecoder(RequestDecoder decoder) => _decoder = decoder;

    public void DeliverHead(bool endStream) => _decoder?.OnHeaders(Headers, endStream);

    public void SendContinueIfPending()
    {
        if (!ContinueIsPending || HeadSent || IsClosed)
        {
            return;
        }

        ContinueIsPending = false;
        Codec.Output.WriteHeaders(Id, Http2ServerCodec.ContinueHead, endStream: false);
    }

    public void SendInformational(HeaderMap headers)
    {
        if (!IsClosed && !HeadSent)
        {
            ContinueIsPending &= StatusOf(headers) != 100;
            Codec.Output.WriteHeaders(Id, headers, endStream: false);
        }
    }

    public void SendHeaders(HeaderMap headers, bool endStream)
    {
        if (IsClosed || HeadSent)
        {
            return;
        }

        int status = StatusOf(headers);
        SuppressesBody = _isHead || status is 204 or 304;
        IsTunnel = _isConnect && !endStream && status is >= 200 and < 300;
        ContinueIsPending = false;
        SendHead(headers, endStream);
    }

    public void Reset(StreamResetReason reason)
    {
        if (!IsClosed)
        {
            _decoder = null;
            Codec.ResetStream(this, reason switch
            {
                StreamResetReason.RemoteRefused => Http2ErrorCode.RefusedStream,
                StreamResetReason.ProtocolError => Http2ErrorCode.ProtocolError,
                StreamResetReason.ConnectFailure or StreamResetReason.ConnectTimeout when _isConnect => Http2ErrorCode.ConnectError,
                _ => Http2ErrorCode.InternalError,
            });
        }
    }

    public void CloseConnectionAfterResponse()
    {
        if (!IsClosed)
        {
            Codec.Drain();
        }
    }

    /// <summary>The response is given whole: its producer hears nothing more of this stream.</summary>
    public void LetGo()
    {
        _decoder = null;

        // What is held back is thrown away, at the end of the turn.
        Input.Resume();
    }

    public override void NotifyReset(StreamResetReason reason, string detail)
    {
        RequestDecoder? decoder = _decoder;
        _decoder = null;
        decoder?.OnReset(reason);
    }

    public override void Recycle()
    {
        _decoder = null;
        base.Recycle();
    }

    private protected override void FailOutput()
    {
        // The producer is at fault and is on the stack; it learns nothing, as from a reset of its own.
        _decoder = null;
        Codec.ResetStream(this, Http2ErrorCode.InternalError);
    }

    public override void DeliverData(ReadOnlySpan<byte> data, bool endStream) => _decoder?.OnData(data, endStream);

    public override void DeliverTrailers(HeaderMap trailers) => _decoder?.OnTrailers(trailers);

    private protected override void NotifyBlocked() => _decoder?.OnWriteBlocked();

    private protected override void NotifyDrained() => _decoder?.OnWriteDrained();

    private static int StatusOf(HeaderMap headers) =>
        headers.Count > 0 && headers.NameAt(0).SequenceEqual(":status"u8) ? StatusOf(headers.ValueAt(0)) : StatusOf(headers.GetOrEmpty(":status"u8));

    private static int StatusOf(ReadOnlySpan<byte> value) =>
        Http1.Http1Syntax.TryParseLength(value, out long status) && status <= 999 ? (int)status : 500;
}
