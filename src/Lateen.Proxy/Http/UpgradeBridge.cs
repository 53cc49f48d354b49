namespace Lateen.Proxy.Http;

using System.Security.Cryptography;
using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Loop;

/// <summary>
/// Between the two ways to ask for another protocol: "Upgrade" of HTTP/1.1 and extended CONNECT of HTTP/2 (RFC 8441). Inside
/// the proxy every such request looks as on HTTP/1.1 (GET with upgrade, answered by 101). A handshake may allocate a little.
/// </summary>
internal static class UpgradeBridge
{
    private const int KeyBytes = 16;

    // RFC 6455 section 1.3.
    private static ReadOnlySpan<byte> AcceptSuffix => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>Extended CONNECT came in; false when the request is something else.</summary>
    public static bool FromHttp2(HeaderMap request, LoopRandom random)
    {
        if (!request.TryGet(":protocol"u8, out ReadOnlySpan<byte> value))
        {
            return false;
        }

        byte[] protocol = value.ToArray();
        request.Remove(":protocol"u8);
        request.Set(":method"u8, "GET"u8);
        request.Set("upgrade"u8, protocol);
        if (IsWebSocket(protocol) && !request.Contains("sec-websocket-key"u8))
        {
            // HTTP/2 has no use for the key (RFC 8441 section 5); a server behind HTTP/1.1 insists on one.
            Span<byte> key = stackalloc byte[KeyBytes];
            for (int i = 0; i < KeyBytes; i++)
            {
                key[i] = (byte)random.Next(256);
            }

            request.Set("sec-websocket-key"u8, Encoding.ASCII.GetBytes(Convert.ToBase64String(key)));
        }

        return true;
    }

    /// <summary>The same request for an HTTP/2 upstream.</summary>
    public static HeaderMap ToHttp2(HeaderMap request)
    {
        var copy = new HeaderMap();
        byte[] protocol = request.GetOrEmpty("upgrade"u8).ToArray();
        copy.Add(":method"u8, "CONNECT"u8);
        copy.Add(":protocol"u8, protocol);
        for (int i = 0; i < request.Count; i++)
        {
            ReadOnlySpan<byte> name = request.NameAt(i);
            bool left = name.SequenceEqual(":method"u8) || name.SequenceEqual("upgrade"u8)
                || name.SequenceEqual("sec-websocket-key"u8) || name.SequenceEqual("content-length"u8);
            if (!left)
            {
                copy.Add(name, request.ValueAt(i));
            }
        }

        return copy;
    }

    /// <summary>An HTTP/2 upstream has agreed: its 200 becomes the 101 that the request asked for.</summary>
    public static void AcceptedByHttp2(HeaderMap response, HeaderMap request)
    {
        byte[] protocol = request.GetOrEmpty("upgrade"u8).ToArray();
        response.Set(":status"u8, "101"u8);
        response.Set("upgrade"u8, protocol);
        response.Remove("content-length"u8);
        ReadOnlySpan<byte> key = request.GetOrEmpty("sec-websocket-key"u8);
        if (IsWebSocket(protocol) && !key.IsEmpty && key.Length <= 64)
        {
            Span<byte> text = stackalloc byte[128];
            key.CopyTo(text);
            AcceptSuffix.CopyTo(text[key.Length..]);
            Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6455 section 4.2.2 asks for SHA-1; nothing secret rests on it.
            SHA1.HashData(text[..(key.Length + AcceptSuffix.Length)], digest);
#pragma warning restore CA5350
            response.Set("sec-websocket-accept"u8, Encoding.ASCII.GetBytes(Convert.ToBase64String(digest)));
        }
    }

    /// <summary>101 towards a client of HTTP/2, which knows no such status (RFC 9113 section 8.6).</summary>
    public static void AcceptTowardsHttp2(HeaderMap response)
    {
        response.Set(":status"u8, "200"u8);
        response.Remove("upgrade"u8);
        response.Remove("sec-websocket-accept"u8);
        response.Remove("content-length"u8);
    }

    private static bool IsWebSocket(ReadOnlySpan<byte> protocol) => Ascii.EqualsIgnoreCase(protocol, "websocket"u8);
}
