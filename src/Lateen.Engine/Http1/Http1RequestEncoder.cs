namespace Lateen.Engine.Http1;

using Lateen.Engine.Http;
using Lateen.Engine.Transport;

/// <summary>Writes one request for an <see cref="Http1ClientCodec"/>; re-used for every request of its connection.</summary>
internal sealed class Http1RequestEncoder(Http1ClientCodec codec) : RequestEncoder
{
    private BodyWriter _body;
    private bool _open;
    private bool _ended;

    public bool HeadSent { get; private set; }

    public bool IsHead { get; private set; }

    public bool IsConnect { get; private set; }

    public bool WantsUpgrade { get; private set; }

    public bool WantsTunnel => WantsUpgrade || IsConnect;

    /// <summary>The request was sent whole.</summary>
    public bool IsComplete => _ended;

    public void Begin()
    {
        _body = BodyWriter.None;
        _open = true;
        _ended = false;
        HeadSent = false;
        IsHead = false;
        IsConnect = false;
        WantsUpgrade = false;
    }

    public void End() => _open = false;

    public void EnterTunnel() => _body = BodyWriter.UntilClose;

    public override void SendHeaders(HeaderMap headers, bool endStream)
    {
        if (!_open || HeadSent || codec.Connection is not { } connection)
        {
            return;
        }

        ReadOnlySpan<byte> method = headers.GetOrEmpty(":method"u8);
        ReadOnlySpan<byte> authority = headers.GetOrEmpty(":authority"u8);
        if (!Http1Syntax.IsToken(method) || !Http1Syntax.IsValue(authority))
        {
            codec.FailRequest();
            return;
        }

        HeadSent = true;
        IsHead = method.SequenceEqual("HEAD"u8);
        IsConnect = method.SequenceEqual("CONNECT"u8);
        WantsUpgrade = !endStream && headers.Contains("upgrade"u8);
        HeadWriter writer = HeadWriter.For(headers);
        writer.Raw(method);
        writer.Raw(" "u8);
        writer.Target(IsConnect ? authority : headers.GetOrEmpty(":path"u8));
        writer.Raw(" HTTP/1.1\r\n"u8);
        writer.Header("host"u8, authority);
        writer.Ordinary(headers);
        WriteFraming(ref writer, headers, method, endStream);
        writer.EndTo(connection);
        _ended = endStream;
    }

    public override void SendData(ReadOnlySpan<byte> data, bool endStream)
    {
        if (!_open || _ended || codec.Connection is not { } connection)
        {
            return;
        }

        _ended = endStream;
        bool tunnels = codec.Phase is Http1Phase.Tunnel or Http1Phase.AwaitingTunnel;
        if (WantsTunnel && !tunnels)
        {
            // Nothing may follow the head before the host has agreed (RFC 9110 section 7.8).
            if (!data.IsEmpty)
            {
                codec.FailRequest();
            }
        }
        else if (!_body.TryWrite(connection, data, endStream))
        {
            codec.FailRequest();
        }
        else if (endStream && tunnels)
        {
            codec.OnTunnelRequestEnd();
        }
    }

    public override void SendTrailers(HeaderMap trailers)
    {
        if (!_open || _ended || codec.Connection is not { } connection)
        {
            return;
        }

        _ended = true;
        if (!_body.TryWriteTrailers(connection, trailers))
        {
            codec.FailRequest();
        }
    }

    public override void Reset(StreamResetReason reason)
    {
        if (_open)
        {
            _open = false;
            codec.AbandonStream();
        }
    }

    public override void PauseReading()
    {
        if (_open)
        {
            codec.SetReadPaused(true);
        }
    }

    public override void ResumeReading()
    {
        if (_open)
        {
            codec.SetReadPaused(false);
        }
    }

    private void WriteFraming(ref HeadWriter writer, HeaderMap headers, ReadOnlySpan<byte> method, bool endStream)
    {
        bool hasLength = Http1Syntax.TryParseLength(headers.GetOrEmpty("content-length"u8), out long length);
        if (WantsUpgrade)
        {
            writer.Raw("connection: upgrade\r\n"u8);
            writer.Header("upgrade"u8, headers.GetOrEmpty("upgrade"u8));
        }
        else if (IsConnect)
        {
            return;
        }
        else if (endStream)
        {
            // RFC 9110 section 8.6: methods that anticipate content say that there is none.
            if (hasLength || method.SequenceEqual("POST"u8) || method.SequenceEqual("PUT"u8) || method.SequenceEqual("PATCH"u8))
            {
                writer.Raw("content-length: 0\r\n"u8);
            }
        }
        else if (hasLength)
        {
            writer.Raw("content-length: "u8);
            writer.Number(length);
            writer.Raw("\r\n"u8);
            _body = BodyWriter.WithLength(length);
        }
        else
        {
            writer.Raw("transfer-encoding: chunked\r\n"u8);
            _body = BodyWriter.Chunked;
        }
    }
}
