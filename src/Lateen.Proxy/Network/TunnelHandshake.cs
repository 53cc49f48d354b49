namespace Lateen.Proxy.Network;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Routing;

/// <summary>
/// Asks an upstream proxy for a tunnel (CONNECT over HTTP/1.1) and reads its answer. Shared: a connection's progress is in the bytes
/// that its caller keeps. Allocates a little per connection.
/// </summary>
internal sealed class TunnelHandshake(TunnelConfig config)
{
    private const int MaxAnswerBytes = 16 * 1024;

    private readonly HeaderFormat _hostname = new(config.Hostname);
    private readonly HeaderMutator _headers = new([config.Headers]);

    public enum Answer : byte
    {
        Incomplete,
        Open,
        Refused,
    }

    public void Ask(Connection upstream, StreamInfo info)
    {
        var headers = new HeaderMap();
        string authority = Encoding.ASCII.GetString(_hostname.Write(headers, null, info));
        _headers.Apply(headers, headers, info);
        var text = new StringBuilder($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
        for (int i = 0; i < headers.Count; i++)
        {
            if (headers.NameAt(i)[0] != ':')
            {
                text.Append(Encoding.Latin1.GetString(headers.NameAt(i))).Append(": ")
                    .Append(Encoding.Latin1.GetString(headers.ValueAt(i))).Append("\r\n");
            }
        }

        upstream.Write(Encoding.Latin1.GetBytes(text.Append("\r\n").ToString()));
    }

    /// <summary>Any 2xx opens the tunnel, and what follows its head is the tunnel's (RFC 9110 section 9.3.6).</summary>
    public static Answer Read(ReadOnlySpan<byte> data, out int headBytes)
    {
        int end = data.IndexOf("\r\n\r\n"u8);
        headBytes = end + 4;
        if (end < 0)
        {
            return data.Length > MaxAnswerBytes ? Answer.Refused : Answer.Incomplete;
        }

        bool known = data.StartsWith("HTTP/1.1 "u8) || data.StartsWith("HTTP/1.0 "u8);
        return known && data.Length > 12 && data[9] == '2' ? Answer.Open : Answer.Refused;
    }
}
