namespace Lateen.Engine.Http2;

using Lateen.Engine.Http;

/// <summary>A stream seen from the client. It has no identifier before its head is sent: identifiers must ascend on the wire.</summary>
internal sealed class Http2ClientStream : Http2Stream
{
    private readonly Http2RequestEncoder _encoder;
    private ResponseDecoder? _decoder;
    private Http2ClientCodec? _client;
    private int _informational;

    public Http2ClientStream()
    {
        _encoder = new Http2RequestEncoder(this);
    }

    public RequestEncoder Encoder => _encoder;

    public bool IsHead { get; private set; }

    public bool IsConnect { get; private set; }

    /// <summary>The final response head has arrived.</summary>
    public bool HeadReceived { get; set; }

    public override bool HasDecoder => _decoder is not null;

    public void BeginRequest(Http2ClientCodec codec, ResponseDecoder decoder)
    {
        _client = codec;
        _decoder = decoder;
        _informational = 0;
        IsHead = false;
        IsConnect = false;
        HeadReceived = false;
    }

    public void SendHeaders(HeaderMap headers, bool endStream)
    {
        if (IsClosed || HeadSent || _client is not { } client)
        {
            return;
        }

        ReadOnlySpan<byte> method = headers.GetOrEmpty(":method"u8);
        IsHead = method.SequenceEqual("HEAD"u8);
        IsConnect = method.SequenceEqual("CONNECT"u8);
        client.Identify(this);
        SendHead(headers, endStream);
    }

    public void Reset(StreamResetReason reason)
    {
        if (!IsClosed)
        {
            _decoder = null;
            Codec.ResetStream(this, reason is StreamResetReason.ProtocolError ? Http2ErrorCode.ProtocolError : Http2ErrorCode.Cancel);
        }
    }

    /// <summary>False when there are too many.</summary>
    public bool TryDeliverInformational(HeaderMap headers)
    {
        if (++_informational > Codec.Options.MaxInformational)
        {
            return false;
        }

        _decoder?.OnInformational(headers);
        return true;
    }

    public void DeliverHead(bool endStream)
    {
        if (endStream)
        {
            Input.ReceiveEnd();
            TakeDecoder()?.OnHeaders(Headers, endStream: true);
        }
        else
        {
            _decoder?.OnHeaders(Headers, endStream: false);
        }
    }

    public override void NotifyReset(StreamResetReason reason, string detail) => TakeDecoder()?.OnReset(reason, detail);

    public override void Recycle()
    {
        _decoder = null;
        _client = null;
        base.Recycle();
    }

    private protected override void FailOutput()
    {
        // As the HTTP/1.1 codec: whoever sent it learns it at the end of the turn, by the reset of the stream.
        _client?.FailLater(this);
    }

    public override void DeliverData(ReadOnlySpan<byte> data, bool endStream)
    {
        ResponseDecoder? decoder = endStream ? TakeDecoder() : _decoder;
        decoder?.OnData(data, endStream);
    }

    public override void DeliverTrailers(HeaderMap trailers) => TakeDecoder()?.OnTrailers(trailers);

    private protected override void NotifyBlocked() => _decoder?.OnWriteBlocked();

    private protected override void NotifyDrained() => _decoder?.OnWriteDrained();

    // The stream is over before its decoder hears so.
    private ResponseDecoder? TakeDecoder()
    {
        ResponseDecoder? decoder = _decoder;
        _decoder = null;
        return decoder;
    }
}
