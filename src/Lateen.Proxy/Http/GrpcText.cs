namespace Lateen.Proxy.Http;

using System.Buffers.Text;
using Lateen.Engine.Http;

/// <summary>What the proxy understands of gRPC: who speaks it, its timeouts, statuses and messages.</summary>
internal static class GrpcText
{
    // A timeout has at most eight digits (gRPC over HTTP/2, Timeout).
    private const int MostDigits = 8;

    public static bool IsGrpc(HeaderMap headers) => IsGrpcType(headers.GetOrEmpty("content-type"u8));

    /// <summary>application/grpc, also with a suffix (+proto) or parameters; gRPC-web is another protocol.</summary>
    public static bool IsGrpcType(ReadOnlySpan<byte> contentType)
    {
        ReadOnlySpan<byte> grpc = "application/grpc"u8;
        return contentType.StartsWith(grpc)
            && (contentType.Length == grpc.Length || contentType[grpc.Length] is (byte)'+' or (byte)';' or (byte)' ');
    }

    /// <summary>The client's deadline in grpc-timeout; false when there is none or it is malformed.</summary>
    public static bool TryGetTimeout(HeaderMap request, out long micros)
    {
        micros = 0;
        ReadOnlySpan<byte> text = request.GetOrEmpty("grpc-timeout"u8);
        if (text.Length is < 2 or > MostDigits + 1 || !Utf8Parser.TryParse(text[..^1], out long value, out int used)
            || used != text.Length - 1 || value < 0)
        {
            return false;
        }

        switch (text[^1])
        {
            case (byte)'n': micros = value / 1000; return true;
            case (byte)'u': micros = value; return true;
            case (byte)'m': micros = value * 1000; return true;
            case (byte)'S': micros = value * 1_000_000; return true;
            case (byte)'M': micros = value * 60_000_000; return true;
            case (byte)'H': micros = value * 3_600_000_000; return true;
            default: return false;
        }
    }

    /// <summary>Writes grpc-timeout in milliseconds, or in seconds where those have too many digits.</summary>
    public static void SetTimeout(HeaderMap request, long micros)
    {
        long value = Math.Max(1, micros / 1000);
        byte unit = (byte)'m';
        if (value > 99_999_999)
        {
            value = Math.Min(value / 1000, 99_999_999);
            unit = (byte)'S';
        }

        Span<byte> text = stackalloc byte[MostDigits + 1];
        Utf8Formatter.TryFormat(value, text, out int length);
        text[length++] = unit;
        request.Set("grpc-timeout"u8, text[..length]);
    }

    /// <summary>grpc-status; -1 when there is none.</summary>
    public static int StatusOf(HeaderMap headers) =>
        headers.TryGet("grpc-status"u8, out ReadOnlySpan<byte> text)
        && Utf8Parser.TryParse(text, out int status, out int used) && used == text.Length && status >= 0 ? status : -1;

    /// <summary>The gRPC status of a response that has none (gRPC, HTTP to gRPC status code mapping).</summary>
    public static int StatusOfHttp(int status) => status switch
    {
        200 => 0,
        400 => 13,
        401 => 16,
        403 => 7,
        404 => 12,
        429 or 502 or 503 or 504 => 14,
        _ => 2,
    };

    /// <summary>Adds grpc-message, percent-encoded where a byte is not printable ASCII (gRPC over HTTP/2, Status-Message).</summary>
    public static void AddMessage(HeaderMap response, ReadOnlySpan<byte> message)
    {
        const int most = 1024;
        message = message[..Math.Min(message.Length, most)];
        Span<byte> text = stackalloc byte[most * 3];
        int length = 0;
        foreach (byte value in message)
        {
            if (value is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                text[length++] = value;
                continue;
            }

            text[length++] = (byte)'%';
            text[length++] = "0123456789ABCDEF"u8[value >> 4];
            text[length++] = "0123456789ABCDEF"u8[value & 15];
        }

        response.Add("grpc-message"u8, text[..length]);
    }
}
