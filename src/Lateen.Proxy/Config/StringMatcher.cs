namespace Lateen.Proxy.Config;

using System.Text;

/// <summary>Compares bytes with a configured string.</summary>
public sealed class StringMatcher
{
    private readonly byte[] _bytes;

    public StringMatcher(StringMatchKind kind, string value, bool ignoreCase = false)
    {
        Kind = kind;
        Value = value;
        IgnoreCase = ignoreCase;
        _bytes = Encoding.UTF8.GetBytes(value);
    }

    public StringMatcher(RegexPattern regex)
        : this(StringMatchKind.Regex, regex.Source) => Regex = regex;

    public StringMatchKind Kind { get; }

    public string Value { get; }

    public bool IgnoreCase { get; }

    public RegexPattern? Regex { get; }

    public static StringMatcher Exact(string value) => new(StringMatchKind.Exact, value);

    public static StringMatcher Prefix(string value) => new(StringMatchKind.Prefix, value);

    public bool Matches(ReadOnlySpan<byte> value) => Kind switch
    {
        StringMatchKind.Exact => Same(value),
        StringMatchKind.Prefix => value.Length >= _bytes.Length && Same(value[.._bytes.Length]),
        StringMatchKind.Suffix => value.Length >= _bytes.Length && Same(value[^_bytes.Length..]),
        StringMatchKind.Contains => Contains(value),
        _ => Regex?.IsMatch(value) ?? false,
    };

    private bool Same(ReadOnlySpan<byte> value) =>
        IgnoreCase ? Ascii.EqualsIgnoreCase(value, _bytes) : value.SequenceEqual(_bytes);

    private bool Contains(ReadOnlySpan<byte> value)
    {
        if (!IgnoreCase)
        {
            return value.IndexOf(_bytes) >= 0;
        }

        for (int start = 0; start + _bytes.Length <= value.Length; start++)
        {
            if (Ascii.EqualsIgnoreCase(value.Slice(start, _bytes.Length), _bytes))
            {
                return true;
            }
        }

        return false;
    }
}
