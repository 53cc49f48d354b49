namespace Lateen.Engine.Http1;

using Lateen.Engine.Http;
using Lateen.Engine.Transport;

/// <summary>Writes the response to the request that an <see cref="Http1ServerCodec"/> is reading; re-used for every request.</summary>
internal sealed class Http1ResponseEncoder(Http1ServerCodec codec) : ResponseEncoder
{
    private BodyWriter _body;
    private bool _open;
    private bool _headSent;
    private bool _isHead;
    private bool _isConnect;
    private bool _suppressBody;
    private bool _mustClose;

    /// <summary>The client waits for 100 Continue and has not got it.</summary>
    public bool ContinueIsPending { get; private set; }

    public bool IsComplete => !_open;

    public void Begin(MessageHead request, bool continueIsPending)
    {
        _body = BodyWriter.None;
        _open = true;
        _headSent = false;
        _isHead = request.IsHead;
        _isConnect = request.IsConnect;
        _suppressBody = false;
        _mustClose = false;
        ContinueIsPending = continueIsPending;
    }

    public void End() => _open = false;

    public void SendContinueIfPending()
    {
        if (ContinueIsPending && _open && !_headSent)
        {
            ContinueIsPending = false;
            codec.Connection?.Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
        }
    }

    public override void SendInformational(HeaderMap headers)
    {
        if (!_open || _headSent || codec.RequestIsHttp10 || codec.Connection is not { } connection)
        {
            return;
        }

        int status = StatusOf(headers);
        if (status is 100)
        {
            ContinueIsPending = false;
        }

        HeadWriter writer = HeadWriter.For(headers);
        writer.StatusLine(status);
        writer.Ordinary(headers);
        writer.EndTo(connection);
    }

    public override void SendHeaders(HeaderMap headers, bool endStream)
    {
        if (!_open || _headSent || codec.Connection is not { } connection)
        {
            return;
        }

        _headSent = true;
        int status = StatusOf(headers);
        HeadWriter writer = HeadWriter.For(headers);
        writer.StatusLine(status);
        writer.Ordinary(headers);
        if (codec.AwaitsTunnel && TryBeginTunnel(ref writer, headers, status, endStream))
        {
            writer.EndTo(connection);
            return;
        }

        WriteFraming(ref writer, headers, status, endStream);
        _mustClose |= !codec.RequestPersists || codec.IsDraining || _body.IsUntilClose;
        if (_mustClose)
        {
            writer.Raw("connection: close\r\n"u8);
        }
        else if (codec.RequestIsHttp10)
        {
            writer.Raw("connection: keep-alive\r\n"u8);
        }

        writer.EndTo(connection);
        if (endStream)
        {
            Complete();
        }
    }

    public override void SendData(ReadOnlySpan<byte> data, bool endStream)
    {
        if (!_open || codec.Connection is not { } connection)
        {
            return;
        }

        if (!_suppressBody && !_body.TryWrite(connection, data, endStream))
        {
            Reset(StreamResetReason.ProtocolError);
        }
        else if (endStream)
        {
            Complete();
        }
    }

    public override void SendTrailers(HeaderMap trailers)
    {
        if (!_open || codec.Connection is not { } connection)
        {
            return;
        }

        if (!_suppressBody && !_body.TryWriteTrailers(connection, trailers))
        {
            Reset(StreamResetReason.ProtocolError);
        }
        else
        {
            Complete();
        }
    }

    public override void Reset(StreamResetReason reason)
    {
        if (_open)
        {
            // A body that ends with the connection would look complete after a FIN.
            _open = false;
            codec.AbortStream(reset: _body.IsUntilClose || reason is StreamResetReason.RemoteReset);
        }
    }

    public override void PauseReading()
    {
        if (_open)
        {
            codec.SetBodyPaused(true);
        }
    }

    public override void ResumeReading()
    {
        if (_open)
        {
            codec.SetBodyPaused(false);
        }
    }

    public override void CloseAfterResponse() => _mustClose = true;

    /// <summary>Answers a protocol error, unless a response has begun already.</summary>
    public void SendFault(int status)
    {
        if (codec.Connection is not { } connection || (_open && _headSent))
        {
            return;
        }

        Span<byte> buffer = stackalloc byte[512];
        ReadOnlySpan<byte> reason = ReasonPhrase.Of(status);
        int length = 0;
        Append(buffer, ref length, "HTTP/1.1 "u8);
        Append(buffer, ref length, status);
        Append(buffer, ref length, " "u8);
        Append(buffer, ref length, reason);
        Append(buffer, ref length, "\r\ncontent-length: "u8);
        Append(buffer, ref length, reason.Length);
        Append(buffer, ref length, "\r\ncontent-type: text/plain\r\ndate: "u8);
        Append(buffer, ref length, HttpDate.Format(connection.Loop.UnixMicros));
        Append(buffer, ref length, "\r\nconnection: close\r\n\r\n"u8);
        Append(buffer, ref length, reason);
        connection.Write(buffer[..length]);
    }

    private static void Append(Span<byte> buffer, ref int length, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer[length..]);
        length += bytes.Length;
    }

    private static void Append(Span<byte> buffer, ref int length, int number)
    {
        System.Buffers.Text.Utf8Formatter.TryFormat(number, buffer[length..], out int written);
        length += written;
    }

    private static int StatusOf(HeaderMap headers)
    {
        int status = Http1Syntax.ParseStatus(headers.GetOrEmpty(":status"u8));
        return status >= 100 ? status : 500;
    }

    private bool TryBeginTunnel(ref HeadWriter writer, HeaderMap headers, int status, bool endStream)
    {
        bool accepted = !endStream && (_isConnect ? status is >= 200 and < 300 : status == 101 && headers.Contains("upgrade"u8));
        if (!accepted)
        {
            // Declined: an ordinary response, and nothing the client sent after its request may be read as another.
            codec.DeclineTunnel();
            _mustClose = true;
            return false;
        }

        if (!_isConnect)
        {
            writer.Raw("connection: upgrade\r\n"u8);
            writer.Header("upgrade"u8, headers.GetOrEmpty("upgrade"u8));
        }

        _body = BodyWriter.UntilClose;
        codec.EnterTunnel();
        return true;
    }

    // RFC 9112 section 6.3 and RFC 9110 section 8.6.
    private void WriteFraming(ref HeadWriter writer, HeaderMap headers, int status, bool endStream)
    {
        bool hasLength = Http1Syntax.TryParseLength(headers.GetOrEmpty("content-length"u8), out long length);
        if (status is 204 or < 200)
        {
            _suppressBody = true;
            return;
        }

        if (_isHead || status == 304)
        {
            _suppressBody = true;
            if (hasLength)
            {
                WriteLength(ref writer, length);
            }
        }
        else if (endStream)
        {
            WriteLength(ref writer, 0);
        }
        else if (hasLength)
        {
            WriteLength(ref writer, length);
            _body = BodyWriter.WithLength(length);
        }
        else if (codec.RequestIsHttp10)
        {
            _body = BodyWriter.UntilClose;
        }
        else
        {
            writer.Raw("transfer-encoding: chunked\r\n"u8);
            _body = BodyWriter.Chunked;
        }
    }

    private static void WriteLength(ref HeadWriter writer, long length)
    {
        writer.Raw("content-length: "u8);
        writer.Number(length);
        writer.Raw("\r\n"u8);
    }

    private void Complete()
    {
        _open = false;
        codec.OnResponseComplete(_mustClose);
    }
}
