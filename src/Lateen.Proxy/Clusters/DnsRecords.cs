namespace Lateen.Proxy.Clusters;

using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;

/// <summary>Questions for addresses, and the answers to them (RFC 1035 section 4).</summary>
internal static class DnsRecords
{
    public const ushort TypeA = 1;
    public const ushort TypeAaaa = 28;
    private const ushort ClassInternet = 1;
    private const ushort TypeCname = 5;
    private const int HeaderBytes = 12;
    private const int MaxLabel = 63;

    /// <summary>RFC 1035 section 4.1.1: the name does not exist.</summary>
    private const int NoSuchName = 3;

    /// <summary>A query with a random id; null for what can be no host name.</summary>
    public static byte[]? Query(string name, ushort type)
    {
        var query = new List<byte>(HeaderBytes + name.Length + 6);
        query.AddRange(RandomNumberGenerator.GetBytes(2));

        // RD, one question.
        query.AddRange([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        foreach (string label in name.TrimEnd('.').Split('.'))
        {
            if (label.Length is 0 or > MaxLabel || query.Count > 255)
            {
                return null;
            }

            query.Add((byte)label.Length);
            query.AddRange(Encoding.ASCII.GetBytes(label));
        }

        query.AddRange([0, 0, (byte)type, 0, (byte)ClassInternet]);
        return [.. query];
    }

    public static bool IsTruncated(ReadOnlySpan<byte> reply) => reply.Length > 2 && (reply[2] & 0x02) != 0;

    /// <summary>
    /// The addresses in a reply and the shortest life of the records that led to them. False when the server could not answer, or the
    /// reply makes no sense; a name that does not exist has no addresses.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> reply, List<IPAddress> addresses, ref TimeSpan? life)
    {
        if (reply.Length < HeaderBytes || (reply[2] & 0x80) == 0 || (reply[3] & 0x0F) is not (0 or NoSuchName))
        {
            return false;
        }

        int at = HeaderBytes;
        for (int questions = BinaryPrimitives.ReadUInt16BigEndian(reply[4..]); questions > 0; questions--)
        {
            if (!SkipName(reply, ref at) || (at += 4) > reply.Length)
            {
                return false;
            }
        }

        for (int records = BinaryPrimitives.ReadUInt16BigEndian(reply[6..]); records > 0; records--)
        {
            if (!TryRecord(reply, ref at, addresses, ref life))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryRecord(ReadOnlySpan<byte> reply, ref int at, List<IPAddress> addresses, ref TimeSpan? life)
    {
        const int fixedBytes = 10;
        if (!SkipName(reply, ref at) || at + fixedBytes > reply.Length)
        {
            return false;
        }

        ushort type = BinaryPrimitives.ReadUInt16BigEndian(reply[at..]);
        uint seconds = BinaryPrimitives.ReadUInt32BigEndian(reply[(at + 4)..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(reply[(at + 8)..]);
        at += fixedBytes;
        if (at + length > reply.Length)
        {
            return false;
        }

        bool isAddress = (type == TypeA && length == 4) || (type == TypeAaaa && length == 16);
        if (isAddress)
        {
            addresses.Add(new IPAddress(reply.Slice(at, length)));
        }

        if (isAddress || type == TypeCname)
        {
            // RFC 2181 section 8: the highest bit is no part of the time.
            var time = TimeSpan.FromSeconds(seconds & 0x7FFF_FFFF);
            life = life is null || time < life ? time : life;
        }

        at += length;
        return true;
    }

    // A pointer ends a name; where it leads does not matter here.
    private static bool SkipName(ReadOnlySpan<byte> reply, ref int at)
    {
        while (at < reply.Length)
        {
            int length = reply[at];
            if (length >= 0xC0)
            {
                at += 2;
                return at <= reply.Length;
            }

            at += length + 1;
            if (length == 0)
            {
                return true;
            }
        }

        return false;
    }
}
