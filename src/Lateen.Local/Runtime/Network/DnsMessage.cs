namespace Lateen.Local.Runtime.Network;

using System.Buffers.Binary;
using System.Net;
using System.Text;

/// <summary>One resource record of an answer; the data is what its type wants.</summary>
internal sealed record DnsRecord(string Name, ushort Type, IPAddress? Address = null, string? Target = null, ushort Port = 0);

/// <summary>The part of the DNS wire format (RFC 1035, section 4) that the cluster's server speaks.</summary>
internal static class DnsMessage
{
    internal const ushort A = 1, Cname = 5, Soa = 6, Ptr = 12, Aaaa = 28, Srv = 33, Any = 255;
    internal const int NoError = 0, FormatError = 1, ServerFailure = 2, NameError = 3, NotImplemented = 4, Refused = 5;
    private const uint TtlSeconds = 5;

    /// <summary>Reads the single question; false when the message is none that a client may send.</summary>
    internal static bool TryReadQuestion(ReadOnlySpan<byte> message, out string name, out ushort type, out int end)
    {
        (name, type, end) = ("", 0, 12);
        if (message.Length < 17 || (message[2] & 0xF8) != 0 || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1)
        {
            return false;
        }

        StringBuilder text = new();
        while (end < message.Length && message[end] != 0)
        {
            int length = message[end];
            if (length > 63 || end + 1 + length >= message.Length || text.Length > 255)
            {
                return false;
            }

            text.Append(text.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(message.Slice(end + 1, length)));
            end += length + 1;
        }

        if (end + 5 > message.Length)
        {
            return false;
        }

        type = BinaryPrimitives.ReadUInt16BigEndian(message[(end + 1)..]);
        name = text.ToString().ToLowerInvariant();
        end += 5;
        return true;
    }

    internal static byte[] Answer(ReadOnlySpan<byte> query, int questionEnd, int code, IReadOnlyList<DnsRecord> records, int limit)
    {
        MemoryStream output = new();
        output.Write(query[..questionEnd]);
        int written = 0;
        bool truncated = false;
        foreach (DnsRecord record in records)
        {
            byte[] encoded = Encode(record);
            if (output.Length + encoded.Length > limit)
            {
                truncated = true;
                break;
            }

            output.Write(encoded);
            written++;
        }

        bool negative = written == 0 && !truncated && code is NoError or NameError;
        if (negative)
        {
            output.Write(EncodeSoa());
        }

        byte[] answer = output.ToArray();
        bool recursionDesired = (query[2] & 1) != 0;
        answer[2] = (byte)(0x84 | (truncated ? 2 : 0) | (recursionDesired ? 1 : 0));
        answer[3] = (byte)(0x80 | code);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(6), (ushort)written);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(8), (ushort)(negative ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(10), 0);
        return answer;
    }

    private static byte[] Encode(DnsRecord record)
    {
        byte[] data = record.Type switch
        {
            A => record.Address?.GetAddressBytes() ?? [],
            Srv => [0, 0, 0, 100, (byte)(record.Port >> 8), (byte)record.Port, .. EncodeName(record.Target ?? "")],
            _ => EncodeName(record.Target ?? ""),
        };
        return [.. EncodeName(record.Name), .. Head(record.Type, data.Length), .. data];
    }

    // RFC 2308: the SOA in the authority section tells a resolver how long it may remember that a name does not exist.
    private static byte[] EncodeSoa()
    {
        byte[] numbers = new byte[20];
        BinaryPrimitives.WriteUInt32BigEndian(numbers, 1);
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(4), 7200);
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(8), 1800);
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(12), 86400);
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(16), TtlSeconds);
        byte[] data = [.. EncodeName("ns.dns.cluster.local"), .. EncodeName("hostmaster.cluster.local"), .. numbers];
        return [.. EncodeName("cluster.local"), .. Head(Soa, data.Length), .. data];
    }

    private static byte[] Head(ushort type, int length)
    {
        byte[] head = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(head, type);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), 1);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(4), TtlSeconds);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(8), (ushort)length);
        return head;
    }

    internal static byte[] EncodeName(string name)
    {
        MemoryStream output = new();
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            byte[] bytes = Encoding.ASCII.GetBytes(label);
            output.WriteByte((byte)Math.Min(bytes.Length, 63));
            output.Write(bytes.AsSpan(0, Math.Min(bytes.Length, 63)));
        }

        output.WriteByte(0);
        return output.ToArray();
    }
}
