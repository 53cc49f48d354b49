namespace Lateen.Proxy.Listeners;

using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Lateen.Engine.Transport;

/// <summary>
/// Reads a PROXY protocol header, version 1 (text) or 2 (binary), by haproxy's proxy-protocol.txt. Strict: what two readers could
/// understand differently is malformed, because the header decides who the client is.
/// </summary>
internal static class ProxyHeaderReader
{
    /// <summary>Section 2.1: the longest possible line with its CRLF.</summary>
    private const int MaxLineBytes = 107;

    /// <summary>More than any sender writes; a longer one is refused rather than waited for.</summary>
    private const int MaxBinaryBytes = 4096;

    private const int BinaryHeadBytes = 16;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    private static ReadOnlySpan<byte> LineStart => "PROXY "u8;

    public static ProxyHeaderStatus Read(ReadOnlySpan<byte> data, out ProxyHeader header)
    {
        header = default;
        if (StartsLike(data, Signature))
        {
            return data.Length < BinaryHeadBytes ? ProxyHeaderStatus.NeedMore : ReadBinary(data, out header);
        }

        if (StartsLike(data, LineStart))
        {
            return ReadLine(data, out header);
        }

        return ProxyHeaderStatus.Absent;
    }

    // True as long as what is there agrees with the pattern.
    private static bool StartsLike(ReadOnlySpan<byte> data, ReadOnlySpan<byte> pattern)
    {
        int common = Math.Min(data.Length, pattern.Length);
        return data[..common].SequenceEqual(pattern[..common]);
    }

    private static ProxyHeaderStatus ReadBinary(ReadOnlySpan<byte> data, out ProxyHeader header)
    {
        header = default;
        int version = data[12] >> 4;
        int command = data[12] & 15;
        int length = BinaryPrimitives.ReadUInt16BigEndian(data[14..]);
        if (version != 2 || command > 1 || length > MaxBinaryBytes)
        {
            return ProxyHeaderStatus.Malformed;
        }

        if (data.Length < BinaryHeadBytes + length)
        {
            return ProxyHeaderStatus.NeedMore;
        }

        header = new ProxyHeader { Version = 2, Length = BinaryHeadBytes + length };
        ReadOnlySpan<byte> body = data.Slice(BinaryHeadBytes, length);

        // Section 2.2: for LOCAL, and for a family of 0, the addresses must be ignored.
        int family = data[13];
        if (command == 0 || family == 0)
        {
            return ProxyHeaderStatus.Found;
        }

        return family switch
        {
            0x11 => WithV4(body, ref header),
            0x21 => WithV6(body, ref header),
            _ => ProxyHeaderStatus.Malformed,
        };
    }

    private static ProxyHeaderStatus WithV4(ReadOnlySpan<byte> body, ref ProxyHeader header)
    {
        const int size = 12;
        if (body.Length < size || !AreTlvs(body[size..]))
        {
            return ProxyHeaderStatus.Malformed;
        }

        header = header with
        {
            TlvsAt = BinaryHeadBytes + size,
            Source = SocketAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(body), BinaryPrimitives.ReadUInt16BigEndian(body[8..])),
            Destination = SocketAddress.V4(
                BinaryPrimitives.ReadUInt32BigEndian(body[4..]), BinaryPrimitives.ReadUInt16BigEndian(body[10..])),
        };
        return ProxyHeaderStatus.Found;
    }

    private static ProxyHeaderStatus WithV6(ReadOnlySpan<byte> body, ref ProxyHeader header)
    {
        const int size = 36;
        if (body.Length < size || !AreTlvs(body[size..]))
        {
            return ProxyHeaderStatus.Malformed;
        }

        header = header with
        {
            TlvsAt = BinaryHeadBytes + size,
            Source = SocketAddress.V6(BinaryPrimitives.ReadUInt128BigEndian(body), BinaryPrimitives.ReadUInt16BigEndian(body[32..])),
            Destination = SocketAddress.V6(
                BinaryPrimitives.ReadUInt128BigEndian(body[16..]), BinaryPrimitives.ReadUInt16BigEndian(body[34..])),
        };
        return ProxyHeaderStatus.Found;
    }

    // Type, length and value, back to back; nothing may be left over.
    private static bool AreTlvs(ReadOnlySpan<byte> rest)
    {
        while (rest.Length >= 3)
        {
            int length = 3 + BinaryPrimitives.ReadUInt16BigEndian(rest[1..]);
            if (length > rest.Length)
            {
                return false;
            }

            rest = rest[length..];
        }

        return rest.IsEmpty;
    }

    private static ProxyHeaderStatus ReadLine(ReadOnlySpan<byte> data, out ProxyHeader header)
    {
        header = default;
        int end = data[..Math.Min(data.Length, MaxLineBytes)].IndexOf((byte)'\n');
        if (end < 0)
        {
            return data.Length >= MaxLineBytes ? ProxyHeaderStatus.Malformed : ProxyHeaderStatus.NeedMore;
        }

        if (data[end - 1] != '\r')
        {
            return ProxyHeaderStatus.Malformed;
        }

        header = new ProxyHeader { Version = 1, Length = end + 1 };
        ReadOnlySpan<byte> line = data[LineStart.Length..(end - 1)];
        if (line.SequenceEqual("UNKNOWN"u8) || line.StartsWith("UNKNOWN "u8))
        {
            return ProxyHeaderStatus.Found;
        }

        Span<Range> parts = stackalloc Range[6];
        bool v6 = line.StartsWith("TCP6 "u8);
        if ((!v6 && !line.StartsWith("TCP4 "u8)) || Split(line, parts) != 5
            || !TryAddress(line[parts[1]], line[parts[3]], v6, out SocketAddress source)
            || !TryAddress(line[parts[2]], line[parts[4]], v6, out SocketAddress destination))
        {
            return ProxyHeaderStatus.Malformed;
        }

        header = header with { Source = source, Destination = destination };
        return ProxyHeaderStatus.Found;
    }

    private static int Split(ReadOnlySpan<byte> line, Span<Range> parts)
    {
        int count = 0;
        foreach (Range part in MemoryExtensions.Split(line, (byte)' '))
        {
            if (count == parts.Length)
            {
                return count;
            }

            parts[count++] = part;
        }

        return count;
    }

    private static bool TryAddress(ReadOnlySpan<byte> address, ReadOnlySpan<byte> port, bool v6, out SocketAddress parsed)
    {
        parsed = default;
        bool canonicalPort = port is [>= (byte)'1' and <= (byte)'9', ..] or [(byte)'0'];
        return canonicalPort && Utf8Parser.TryParse(port, out ushort number, out int used) && used == port.Length
            && address.Contains((byte)':') == v6 && !address.Contains((byte)'%')
            && SocketAddress.TryParse(Encoding.ASCII.GetString(address), number, out parsed) && parsed.IsV4 != v6
            && (v6 || IsCanonical(address, parsed));
    }

    // inet_aton's other spellings (octal, two numbers) mean one thing to one reader and another to the next.
    private static bool IsCanonical(ReadOnlySpan<byte> text, in SocketAddress parsed)
    {
        Span<byte> again = stackalloc byte[64];
        int length = parsed.Format(again, withPort: false);
        return text.SequenceEqual(again[..length]);
    }
}
