namespace Lateen.Proxy.Agent.Resolving;

using System.Buffers.Binary;
using System.Text;

/// <summary>The question of a query (RFC 1035 section 4.1), as far as it takes to answer or forward it.</summary>
internal readonly record struct DnsQuestion
{
    public const int HeaderBytes = 12;
    public const ushort TypeA = 1;
    public const ushort TypeAaaa = 28;
    public const ushort ClassInternet = 1;
    private const int MaxNameBytes = 255;
    private const ushort TypeOpt = 41;

    /// <summary>Lower case, without the last dot.</summary>
    public string Name { get; private init; }

    public ushort Type { get; private init; }

    public ushort Class { get; private init; }

    /// <summary>Bytes of the query up to the end of its question.</summary>
    public int End { get; private init; }

    /// <summary>What the asker takes in one UDP packet (RFC 6891 section 6.2.3); 512 when it does not say.</summary>
    public int UdpBytes { get; private init; }

    public bool HasOptions { get; private init; }

    /// <summary>False for what is no ordinary query with one question.</summary>
    public static bool TryParse(ReadOnlySpan<byte> query, out DnsQuestion question)
    {
        question = default;
        if (query.Length < HeaderBytes || BinaryPrimitives.ReadUInt16BigEndian(query[4..]) != 1)
        {
            return false;
        }

        if (!TryName(query, out string name, out int end) || end + 4 > query.Length)
        {
            return false;
        }

        question = new DnsQuestion
        {
            Name = name,
            Type = BinaryPrimitives.ReadUInt16BigEndian(query[end..]),
            Class = BinaryPrimitives.ReadUInt16BigEndian(query[(end + 2)..]),
            End = end + 4,
            UdpBytes = 512,
        };
        return TryOptions(query, ref question);
    }

    // A compressed name cannot stand in a question: there is nothing before it to point to.
    private static bool TryName(ReadOnlySpan<byte> query, out string name, out int end)
    {
        var text = new StringBuilder();
        end = HeaderBytes;
        name = "";
        while (end < query.Length && query[end] != 0)
        {
            int length = query[end];
            if (length > 63 || end + 1 + length >= query.Length || end - HeaderBytes + 1 + length > MaxNameBytes)
            {
                return false;
            }

            text.Append(text.Length > 0 ? "." : "").Append(Encoding.Latin1.GetString(query.Slice(end + 1, length)));
            end += length + 1;
        }

        name = text.ToString().ToLowerInvariant();
        return end++ < query.Length;
    }

    private static bool TryOptions(ReadOnlySpan<byte> query, ref DnsQuestion question)
    {
        ReadOnlySpan<byte> rest = query[question.End..];
        bool only = BinaryPrimitives.ReadUInt32BigEndian(query[6..]) == 0 && BinaryPrimitives.ReadUInt16BigEndian(query[10..]) == 1;
        if (only && rest.Length >= 11 && rest[0] == 0 && BinaryPrimitives.ReadUInt16BigEndian(rest[1..]) == TypeOpt)
        {
            question = question with
            {
                HasOptions = true,
                UdpBytes = Math.Clamp((int)BinaryPrimitives.ReadUInt16BigEndian(rest[3..]), 512, 4096),
            };
        }

        return true;
    }
}
