namespace Lateen.Proxy.Listeners;

using System.Buffers.Binary;
using System.Text;

/// <summary>Tells from the client's first bytes which protocol it speaks (Envoy's tls_inspector and http_inspector).</summary>
internal static class ProtocolInspector
{
    private const int MaxRequestLineBytes = 8 * 1024;
    private const int MaxClientHelloBytes = 16 * 1024;
    private static readonly string[] Http10 = ["http/1.0"];
    private static readonly string[] Http11 = ["http/1.1"];
    private static readonly string[] H2c = ["h2c"];

    private static readonly byte[][] Methods =
    [
        .. new[]
        {
            "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "COPY", "LOCK", "MKCOL", "MOVE",
                "PROPFIND",
            "PROPPATCH", "SEARCH", "UNLOCK", "BIND", "REBIND", "UNBIND", "ACL", "REPORT", "MKACTIVITY", "CHECKOUT", "MERGE",
                "M-SEARCH",
            "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE", "PURGE", "MKCALENDAR", "LINK", "UNLINK", "SOURCE",
        }.Select(static m => Encoding.ASCII.GetBytes(m + " ")),
    ];

    private static ReadOnlySpan<byte> Http2Preface => "PRI * HTTP/2.0\r\n"u8;

    /// <summary>False when more bytes are needed.</summary>
    public static bool TryInspect(ReadOnlySpan<byte> data, DetectionNeed need, ref ConnectionTraits traits)
    {
        if (data.IsEmpty)
        {
            return false;
        }

        if ((need & DetectionNeed.Tls) != 0 && LooksLikeTls(data, out bool certain))
        {
            return certain && TryClientHello(data, ref traits);
        }

        return (need & DetectionNeed.Http) == 0 || TryHttp(data, ref traits);
    }

    private static bool LooksLikeTls(ReadOnlySpan<byte> data, out bool certain)
    {
        // A TLS record of type handshake (22), version 3.x.
        certain = data.Length >= 3;
        return data[0] == 0x16 && (data.Length < 2 || data[1] == 0x03);
    }

    private static bool TryHttp(ReadOnlySpan<byte> data, ref ConnectionTraits traits)
    {
        int common = Math.Min(data.Length, Http2Preface.Length);
        if (data[..common].SequenceEqual(Http2Preface[..common]))
        {
            if (common < Http2Preface.Length)
            {
                return false;
            }

            traits.ApplicationProtocols = H2c;
            return true;
        }

        if (!StartsWithMethod(data, out bool complete))
        {
            return true;
        }

        int lineEnd = data.IndexOf((byte)'\n');
        if (!complete || lineEnd < 0)
        {
            // Still a possible request line; one that never ends is not HTTP.
            return data.Length >= MaxRequestLineBytes;
        }

        // However the bytes arrive: a line that long was given up before its end came.
        if (lineEnd >= MaxRequestLineBytes)
        {
            return true;
        }

        ReadOnlySpan<byte> line = data[..lineEnd].TrimEnd((byte)'\r');
        if (line.EndsWith(" HTTP/1.1"u8))
        {
            traits.ApplicationProtocols = Http11;
        }
        else if (line.EndsWith(" HTTP/1.0"u8))
        {
            traits.ApplicationProtocols = Http10;
        }

        return true;
    }

    private static bool StartsWithMethod(ReadOnlySpan<byte> data, out bool complete)
    {
        complete = false;
        foreach (byte[] method in Methods)
        {
            int common = Math.Min(data.Length, method.Length);
            if (data[..common].SequenceEqual(method.AsSpan(0, common)))
            {
                complete = common == method.Length;
                return true;
            }
        }

        return false;
    }

    // RFC 8446 section 4.1.2, as far as server name and ALPN. What cannot be read counts as TLS without them.
    private static bool TryClientHello(ReadOnlySpan<byte> data, ref ConnectionTraits traits)
    {
        traits.TransportProtocol = "tls";
        byte[] hello = System.Buffers.ArrayPool<byte>.Shared.Rent(MaxClientHelloBytes);
        bool complete = TryGather(data, hello, out int length);
        if (complete)
        {
            ReadHello(hello.AsSpan(0, length), ref traits);
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(hello);
        return complete;
    }

    // A hello may be cut into several records (RFC 8446 section 5.1); false when more bytes are needed.
    private static bool TryGather(ReadOnlySpan<byte> data, Span<byte> hello, out int length)
    {
        const int recordHeader = 5;
        const int messageHeader = 4;
        length = 0;
        int needed = messageHeader;
        while (length < needed)
        {
            if (data.Length < recordHeader)
            {
                return false;
            }

            int record = BinaryPrimitives.ReadUInt16BigEndian(data[3..]);
            if (data[0] != 0x16 || record == 0 || length + record > MaxClientHelloBytes)
            {
                return true;
            }

            if (data.Length < recordHeader + record)
            {
                return false;
            }

            data.Slice(recordHeader, record).CopyTo(hello[length..]);
            length += record;
            data = data[(recordHeader + record)..];
            if (length >= messageHeader)
            {
                needed = messageHeader + ((hello[1] << 16) | BinaryPrimitives.ReadUInt16BigEndian(hello[2..]));
                needed = needed > MaxClientHelloBytes ? 0 : needed;
            }
        }

        return true;
    }

    private static void ReadHello(ReadOnlySpan<byte> hello, ref ConnectionTraits traits)
    {
        const int beforeSession = 38;
        if (hello.Length <= beforeSession || hello[0] != 1)
        {
            return;
        }

        ReadOnlySpan<byte> rest = hello[beforeSession..];
        if (Skip(ref rest, 1) && Skip(ref rest, 2) && Skip(ref rest, 1) && rest.Length > 2)
        {
            ReadExtensions(rest[2..], ref traits);
        }
    }

    private static bool Skip(ref ReadOnlySpan<byte> data, int lengthBytes)
    {
        if (data.Length < lengthBytes)
        {
            return false;
        }

        int length = lengthBytes == 1 ? data[0] : BinaryPrimitives.ReadUInt16BigEndian(data);
        if (data.Length < lengthBytes + length)
        {
            return false;
        }

        data = data[(lengthBytes + length)..];
        return true;
    }

    private static void ReadExtensions(ReadOnlySpan<byte> data, ref ConnectionTraits traits)
    {
        while (data.Length >= 4)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(data);
            int length = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
            if (data.Length < 4 + length)
            {
                return;
            }

            ReadOnlySpan<byte> body = data.Slice(4, length);
            if (type == 0 && body.Length > 5)
            {
                int nameLength = BinaryPrimitives.ReadUInt16BigEndian(body[3..]);
                traits.ServerName =
                    Encoding.ASCII.GetString(body[5..][..Math.Min(nameLength, body.Length - 5)]).ToLowerInvariant();
            }
            else if (type == 16 && body.Length > 2)
            {
                traits.ApplicationProtocols = ReadAlpn(body[2..]);
            }

            data = data[(4 + length)..];
        }
    }

    private static string[] ReadAlpn(ReadOnlySpan<byte> list)
    {
        var names = new List<string>();
        while (!list.IsEmpty && list.Length > list[0])
        {
            names.Add(Encoding.ASCII.GetString(list.Slice(1, list[0])));
            list = list[(list[0] + 1)..];
        }

        return [.. names];
    }
}
