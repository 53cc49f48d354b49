namespace Lateen.Proxy.Routing;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Http;

/// <summary>
/// A header value with Envoy's operators (%REQ(x)%, %DOWNSTREAM_REMOTE_ADDRESS% and a few more), split in advance.
/// </summary>
public sealed class HeaderFormat
{
    /// <summary>Longer results are cut.</summary>
    internal const int MaxBytes = 2048;

    private readonly List<Part> _parts = [];

    public HeaderFormat(string text)
    {
        Text = text;
        string literal = "";
        int at = 0;
        while (at < text.Length)
        {
            int next = text.IndexOf('%', at);
            if (next < 0)
            {
                literal += text[at..];
                break;
            }

            literal += text[at..next];
            int end = text.IndexOf('%', next + 1);
            if (end == next + 1)
            {
                literal += '%';
                at = end + 1;
                continue;
            }

            string name = end < 0 ? "" : text[(next + 1)..end];
            if (end < 0 || !TryOperator(name, out Operator kind, out string argument))
            {
                Error ??= $"unknown operator %{name}% in header value '{text}'";
                literal += text[next..];
                break;
            }

            Flush(ref literal);
            _parts.Add(new Part(kind, Encoding.UTF8.GetBytes(argument)));
            at = end + 1;
        }

        Flush(ref literal);
    }

    private enum Operator : byte
    {
        Literal,
        RequestHeader,
        DownstreamRemoteAddress,
        DownstreamRemoteAddressWithoutPort,
        DownstreamLocalAddress,
        DownstreamLocalAddressWithoutPort,
        DownstreamLocalPort,
        UpstreamRemoteAddress,
        Protocol,
        ResponseCode,
        ResponseFlags,
        RequestedServerName,
        RouteName,
    }

    public string Text { get; }

    /// <summary>What is wrong with the text, for the reader of the configuration; null when it is fine.</summary>
    public string? Error { get; }

    internal ReadOnlySpan<byte> Write(Span<byte> scratch, HeaderMap request, StreamInfo info)
    {
        if (_parts.Count == 1 && _parts[0].Kind is Operator.Literal)
        {
            return _parts[0].Bytes;
        }

        int length = 0;
        Span<byte> address = stackalloc byte[256];
        foreach (Part part in _parts)
        {
            ReadOnlySpan<byte> value = part.Kind switch
            {
                Operator.Literal => part.Bytes,
                Operator.RequestHeader => request.GetOrEmpty(part.Bytes),
                Operator.Protocol => info.Protocol is HttpProtocol.Http10 ? "HTTP/1.0"u8 : "HTTP/1.1"u8,
                _ => address[..WriteInfo(part.Kind, address, info)],
            };
            if (value.Length > scratch.Length - length)
            {
                break;
            }

            value.CopyTo(scratch[length..]);
            length += value.Length;
        }

        return scratch[..length];
    }

    private static int WriteInfo(Operator kind, Span<byte> to, StreamInfo info) => kind switch
    {
        Operator.DownstreamRemoteAddress => info.DownstreamRemoteAddress.Format(to),
        Operator.DownstreamRemoteAddressWithoutPort => info.DownstreamRemoteAddress.Format(to, withPort: false),
        Operator.DownstreamLocalAddress => info.DownstreamLocalAddress.Format(to),
        Operator.DownstreamLocalAddressWithoutPort => info.DownstreamLocalAddress.Format(to, withPort: false),
        Operator.DownstreamLocalPort => Number(info.DownstreamLocalAddress.Port, to),
        Operator.UpstreamRemoteAddress => info.UpstreamRemoteAddress.Format(to),
        Operator.ResponseFlags => ResponseFlagNames.Format(info.Flags, to),
        Operator.RequestedServerName => Chars(info.RequestedServerName, to),
        Operator.RouteName => Chars(info.RouteName, to),
        _ => Number(info.ResponseCode, to),
    };

    private static int Chars(string text, Span<byte> to) =>
        Encoding.ASCII.GetBytes(text.AsSpan(0, Math.Min(text.Length, to.Length)), to);

    private static int Number(int value, Span<byte> to)
    {
        System.Buffers.Text.Utf8Formatter.TryFormat(value, to, out int written);
        return written;
    }

    private static bool TryOperator(string name, out Operator kind, out string argument)
    {
        argument = "";
        if (name.StartsWith("REQ(", StringComparison.Ordinal) && name.EndsWith(')'))
        {
            kind = Operator.RequestHeader;
            argument = name[4..^1].ToLowerInvariant();
            return true;
        }

        kind = name switch
        {
            "DOWNSTREAM_REMOTE_ADDRESS" => Operator.DownstreamRemoteAddress,
            "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT" => Operator.DownstreamRemoteAddressWithoutPort,
            "DOWNSTREAM_LOCAL_ADDRESS" => Operator.DownstreamLocalAddress,
            "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT" => Operator.DownstreamLocalAddressWithoutPort,
            "DOWNSTREAM_LOCAL_PORT" => Operator.DownstreamLocalPort,
            "UPSTREAM_REMOTE_ADDRESS" => Operator.UpstreamRemoteAddress,
            "PROTOCOL" => Operator.Protocol,
            "RESPONSE_CODE" => Operator.ResponseCode,
            "RESPONSE_FLAGS" => Operator.ResponseFlags,
            "REQUESTED_SERVER_NAME" => Operator.RequestedServerName,
            "ROUTE_NAME" => Operator.RouteName,
            _ => Operator.Literal,
        };
        return kind is not Operator.Literal;
    }

    private void Flush(ref string literal)
    {
        if (literal.Length > 0)
        {
            _parts.Add(new Part(Operator.Literal, Encoding.UTF8.GetBytes(literal)));
            literal = "";
        }
    }

    private readonly record struct Part(Operator Kind, byte[] Bytes);
}
