namespace Lateen.Proxy.Agent.Resolving;

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

/// <summary>Writes replies (RFC 1035 section 4).</summary>
internal static class DnsReply
{
    /// <summary>Seconds that a name of the mesh may be kept by the asker (Istio, pkg/dns/client).</summary>
    private const uint TtlSeconds = 30;
    private const int MaxTcpBytes = 65535;
    private const int OptionsBytes = 11;
    private const ushort TypeCname = 5;

    /// <summary>RFC 1035 section 4.1.1: response codes.</summary>
    public const int FormatError = 1;
    public const int ServerFailure = 2;
    public const int NotImplemented = 4;

    /// <summary>The query's header and question with a response code, and nothing else.</summary>
    public static byte[] Error(ReadOnlySpan<byte> query, int code)
    {
        int end = DnsQuestion.TryParse(query, out DnsQuestion question) ? question.End : DnsQuestion.HeaderBytes;
        byte[] reply = query[..Math.Min(end, query.Length)].ToArray();
        SetHeader(reply, authoritative: false, truncated: false, code);
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(4), (ushort)(end > DnsQuestion.HeaderBytes ? 1 : 0));
        return reply;
    }

    /// <summary>The addresses of the family asked for, in an order that changes so that askers spread.</summary>
    public static byte[] Answer(ReadOnlySpan<byte> query, DnsQuestion question, DnsAnswer answer, bool udp, int rotate)
    {
        AddressFamily family = question.Type == DnsQuestion.TypeA ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        List<IPAddress> addresses = [.. answer.Addresses.Where(a => a.AddressFamily == family)];
        int limit = (udp ? question.UdpBytes : MaxTcpBytes) - (question.HasOptions ? OptionsBytes : 0);
        var reply = new MemoryStream();
        reply.Write(query[..question.End]);
        int count = 0;
        ushort nameAt = 0xC000 | DnsQuestion.HeaderBytes;
        if (answer.Canonical.Length > 0 && addresses.Count > 0)
        {
            byte[] target = EncodeName(answer.Canonical);
            WriteRecord(reply, nameAt, TypeCname, target);
            nameAt = (ushort)(0xC000 | (reply.Length - target.Length));
            count++;
        }

        bool truncated = false;
        for (int i = 0; i < addresses.Count && !truncated; i++)
        {
            byte[] address = addresses[(i + rotate) % addresses.Count].GetAddressBytes();
            truncated = reply.Length + 12 + address.Length > limit;
            if (!truncated)
            {
                WriteRecord(reply, nameAt, question.Type, address);
                count++;
            }
        }

        if (question.HasOptions)
        {
            // RFC 6891 section 6.1.1: who sends one gets one; 4096 is what we take.
            reply.Write([0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0]);
        }

        byte[] bytes = reply.ToArray();
        SetHeader(bytes, authoritative: true, truncated, 0);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), (ushort)count);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), (ushort)(question.HasOptions ? 1 : 0));
        return bytes;
    }

    private static void SetHeader(Span<byte> reply, bool authoritative, bool truncated, int code)
    {
        // QR, the query's opcode and RD, AA, TC; RA because everything else is forwarded to servers that recurse.
        reply[2] = (byte)(0x80 | (reply[2] & 0x79) | (authoritative ? 0x04 : 0) | (truncated ? 0x02 : 0));
        reply[3] = (byte)(0x80 | code);
        reply[6..DnsQuestion.HeaderBytes].Clear();
    }

    private static void WriteRecord(MemoryStream to, ushort name, ushort type, byte[] data)
    {
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(head, name);
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], type);
        BinaryPrimitives.WriteUInt16BigEndian(head[4..], DnsQuestion.ClassInternet);
        BinaryPrimitives.WriteUInt32BigEndian(head[6..], TtlSeconds);
        BinaryPrimitives.WriteUInt16BigEndian(head[10..], (ushort)data.Length);
        to.Write(head);
        to.Write(data);
    }

    private static byte[] EncodeName(string name)
    {
        var bytes = new MemoryStream();
        foreach (string label in name.Split('.'))
        {
            bytes.WriteByte((byte)label.Length);
            bytes.Write(Encoding.Latin1.GetBytes(label));
        }

        bytes.WriteByte(0);
        return bytes.ToArray();
    }
}
