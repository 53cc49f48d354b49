namespace Lateen.Proxy.Config;

using System.Text;

/// <summary>Compares one query parameter; without a value matcher it must only be there, or not be there.</summary>
public sealed class QueryParameterMatcher(string name, StringMatcher? value, bool mustBeAbsent = false)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);

    public string Name { get; } = name;

    public StringMatcher? Value { get; } = value;

    public bool MustBeAbsent { get; } = mustBeAbsent;

    /// <summary>The query without its leading '?'.</summary>
    public bool Matches(ReadOnlySpan<byte> query)
    {
        bool found = TryFind(query, _name, out ReadOnlySpan<byte> actual);
        return Value is null ? found != MustBeAbsent : found && Value.Matches(actual);
    }

    /// <summary>The first value of a parameter, as it stands in the query (percent encoding included, as Envoy does).</summary>
    public static bool TryFind(ReadOnlySpan<byte> query, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        while (!query.IsEmpty)
        {
            int end = query.IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = end < 0 ? query : query[..end];
            query = end < 0 ? default : query[(end + 1)..];
            int equals = pair.IndexOf((byte)'=');
            ReadOnlySpan<byte> key = equals < 0 ? pair : pair[..equals];
            if (key.SequenceEqual(name))
            {
                value = equals < 0 ? default : pair[(equals + 1)..];
                return true;
            }
        }

        return false;
    }
}
