namespace Lateen.Engine.Http2;

using System.Runtime.CompilerServices;
using System.Text;

/// <summary>The 61 entries of RFC 7541 appendix A, numbered from 1.</summary>
internal static class HpackStaticTable
{
    public const int Count = 61;

    private const int Buckets = 256;

    private static readonly byte[] Marks = new byte[Count + 1];
    private static readonly byte[][] Lines = new byte[Count + 1][];
    private static readonly byte[][] Names = new byte[Count + 1][];
    private static readonly byte[][] Values = new byte[Count + 1][];

    // First entry of each name by hash; entries of one name follow each other in the table.
    private static readonly byte[] First = new byte[Buckets];
    private static readonly byte[] NextInBucket = new byte[Count + 1];

    static HpackStaticTable()
    {
        string[] entries =
        [
            ":authority", ":method=GET", ":method=POST", ":path=/", ":path=/index.html", ":scheme=http", ":scheme=https",
            ":status=200", ":status=204", ":status=206", ":status=304", ":status=400", ":status=404", ":status=500",
            "accept-charset", "accept-encoding=gzip, deflate", "accept-language", "accept-ranges", "accept",
            "access-control-allow-origin", "age", "allow", "authorization", "cache-control", "content-disposition",
            "content-encoding", "content-language", "content-length", "content-location", "content-range", "content-type", "cookie",
            "date", "etag", "expect", "expires", "from", "host", "if-match", "if-modified-since", "if-none-match", "if-range",
            "if-unmodified-since", "last-modified", "link", "location", "max-forwards", "proxy-authenticate", "proxy-authorization",
            "range", "referer", "refresh", "retry-after", "server", "set-cookie", "strict-transport-security", "transfer-encoding",
            "user-agent", "vary", "via", "www-authenticate",
        ];
        Lines[0] = [];
        Names[0] = [];
        Values[0] = [];
        for (int i = Count; i >= 1; i--)
        {
            string[] parts = entries[i - 1].Split('=');
            Names[i] = Encoding.ASCII.GetBytes(parts[0]);
            Values[i] = parts.Length > 1 ? Encoding.ASCII.GetBytes(parts[1]) : [];
            Lines[i] = [.. Names[i], .. ": "u8, .. Values[i], .. "\r\n"u8];
            Marks[i] = Values[i].Length == 0 ? (byte)FieldMark.Unknown
                : Names[i][0] == ':' ? (byte)Http2Syntax.PseudoMark(Names[i])
                : (byte)FieldMark.Ordinary;
            int bucket = BucketOf(Names[i]);
            if (First[bucket] is var after and not 0 && Names[i].AsSpan().SequenceEqual(Names[after]))
            {
                NextInBucket[i] = NextInBucket[after];
            }
            else
            {
                NextInBucket[i] = First[bucket];
            }

            First[bucket] = (byte)i;
        }
    }

    public static ReadOnlySpan<byte> NameAt(int index) => Names[index];

    public static ReadOnlySpan<byte> ValueAt(int index) => Values[index];

    /// <summary>The mark of an entry and "name: value" CRLF; those without a value are seldom meant as they are, and are looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldMark MarkAt(int index, out ReadOnlySpan<byte> line, out int nameLength)
    {
        line = Lines[index];
        nameLength = Names[index].Length;
        return (FieldMark)Marks[index];
    }

    /// <summary>The first entry with this name, or 0.</summary>
    public static int IndexOfName(ReadOnlySpan<byte> name)
    {
        for (int i = First[BucketOf(name)]; i != 0; i = NextInBucket[i])
        {
            if (name.SequenceEqual(Names[i]))
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>The entry with this value among those that share the name of <paramref name="nameIndex"/>, or 0.</summary>
    public static int IndexOfValue(int nameIndex, ReadOnlySpan<byte> value)
    {
        byte[] name = Names[nameIndex];
        for (int i = nameIndex; i <= Count && (i == nameIndex || name.AsSpan().SequenceEqual(Names[i])); i++)
        {
            if (Values[i].Length > 0 && value.SequenceEqual(Values[i]))
            {
                return i;
            }
        }

        return 0;
    }

    private static int BucketOf(ReadOnlySpan<byte> name) =>
        name.IsEmpty ? 0 : ((name.Length * 37) + (name[^1] * 5) + (name[name.Length / 2] * 3) + name[0]) & (Buckets - 1);
}
