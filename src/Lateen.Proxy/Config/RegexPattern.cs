namespace Lateen.Proxy.Config;

using System.Text;
using System.Text.RegularExpressions;

/// <summary>
/// A regular expression over bytes that must match in full, in linear time. The pattern arrives in .NET syntax, translated from
/// RE2 and checked where the configuration is read.
/// </summary>
public sealed class RegexPattern
{
    private const int StackChars = 1024;
    private readonly Regex _full;
    private readonly Regex _part;

    public RegexPattern(string source, string translated)
    {
        Source = source;
        const RegexOptions options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        _full = new Regex(@"\A(?:" + translated + @")\z", options);
        _part = new Regex(translated, options);
    }

    /// <summary>The pattern as the user wrote it.</summary>
    public string Source { get; }

    public bool IsMatch(ReadOnlySpan<byte> value)
    {
        if (value.Length <= StackChars)
        {
            Span<char> chars = stackalloc char[StackChars];
            return _full.IsMatch(chars[..Decode(value, chars)]);
        }

        char[] rented = System.Buffers.ArrayPool<char>.Shared.Rent(value.Length);
        bool matched = _full.IsMatch(rented.AsSpan(0, Decode(value, rented)));
        System.Buffers.ArrayPool<char>.Shared.Return(rented);
        return matched;
    }

    /// <summary>
    /// Replaces every match (regex_rewrite); the substitution is in .NET syntax. Allocates: rare on the request path.
    /// </summary>
    public string Replace(ReadOnlySpan<byte> value, string substitution) =>
        _part.Replace(Encoding.UTF8.GetString(value), substitution);

    public override string ToString() => Source;

    private static int Decode(ReadOnlySpan<byte> value, Span<char> chars) => Encoding.UTF8.GetChars(value, chars);
}
