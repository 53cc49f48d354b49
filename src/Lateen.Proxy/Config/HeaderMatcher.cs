namespace Lateen.Proxy.Config;

using System.Buffers.Text;
using System.Text;
using Lateen.Engine.Http;

/// <summary>Compares one request header. Several values are joined with a comma first, as Envoy does.</summary>
public sealed class HeaderMatcher
{
    private const int MaxJoinedBytes = 4096;
    private readonly byte[] _name;

    private HeaderMatcher(
        string name, StringMatcher? value, bool present, long rangeStart, long rangeEnd, bool invert, bool missingIsEmpty)
    {
        Name = name.ToLowerInvariant();
        _name = Encoding.ASCII.GetBytes(Name);
        Value = value;
        MustBePresent = present;
        RangeStart = rangeStart;
        RangeEnd = rangeEnd;
        Invert = invert;
        TreatMissingAsEmpty = missingIsEmpty;
    }

    public string Name { get; }

    /// <summary>Null for a presence or range match.</summary>
    public StringMatcher? Value { get; }

    public bool MustBePresent { get; }

    public long RangeStart { get; }

    public long RangeEnd { get; }

    public bool Invert { get; }

    public bool TreatMissingAsEmpty { get; }

    public static HeaderMatcher Of(string name, StringMatcher value, bool invert = false, bool missingIsEmpty = false) =>
        new(name, value, false, 0, 0, invert, missingIsEmpty);

    public static HeaderMatcher Present(string name, bool present = true, bool invert = false) =>
        new(name, null, true, 0, 0, invert != !present, false);

    /// <summary>A decimal number from start up to, not including, end.</summary>
    public static HeaderMatcher Range(string name, long start, long end, bool invert = false) =>
        new(name, null, false, start, end, invert, false);

    public bool Matches(HeaderMap headers)
    {
        int index = headers.IndexOf(_name);
        if (MustBePresent)
        {
            return (index >= 0) != Invert;
        }

        if (index < 0)
        {
            // A value match on a missing header never holds, inverted or not, unless it counts as empty (HeaderMatcher.proto).
            return TreatMissingAsEmpty && Compare(default) != Invert;
        }

        int second = headers.IndexOf(_name, index + 1);
        return second < 0 ? Compare(headers.ValueAt(index)) != Invert : CompareJoined(headers, index) != Invert;
    }

    private bool Compare(ReadOnlySpan<byte> value)
    {
        if (Value is not null)
        {
            return Value.Matches(value);
        }

        return Utf8Parser.TryParse(value, out long number, out int used) && used == value.Length
            && number >= RangeStart && number < RangeEnd;
    }

    private bool CompareJoined(HeaderMap headers, int index)
    {
        Span<byte> joined = stackalloc byte[MaxJoinedBytes];
        int length = 0;
        for (; index >= 0; index = headers.IndexOf(_name, index + 1))
        {
            ReadOnlySpan<byte> value = headers.ValueAt(index);
            if (length + value.Length + 1 > MaxJoinedBytes)
            {
                return false;
            }

            if (length > 0)
            {
                joined[length++] = (byte)',';
            }

            value.CopyTo(joined[length..]);
            length += value.Length;
        }

        return Compare(joined[..length]);
    }
}
