namespace Lateen.Proxy.Http;

using Lateen.Engine.Transport;

/// <summary>
/// Tells HTTP/2 with prior knowledge from HTTP/1.1 by the client's first bytes (RFC 9113 section 3.4), where neither the
/// configuration nor ALPN has said it. Until then the connection has no codec, and so none of a codec's memory.
/// </summary>
internal sealed class PrefaceDetector(HttpServerConnection owner) : ConnectionHandler
{
    private bool _started;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public override int OnData(Connection connection, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return 0;
        }

        int length = Math.Min(data.Length, Preface.Length);
        bool same = data[..length].SequenceEqual(Preface[..length]);
        if (same && length < Preface.Length)
        {
            if (!_started)
            {
                _started = true;
                owner.OnRequestStarted();
            }

            return 0;
        }

        owner.Begin(same ? HttpProtocol.Http2 : HttpProtocol.Http11);
        return connection.IsOpen ? connection.Handler.OnData(connection, data) : data.Length;
    }

    public override void OnEndOfStream(Connection connection) => connection.Close(CloseMode.Flush);

    public override void OnClosed(Connection connection, CloseReason reason) => owner.OnConnectionClosed();
}
