namespace Lateen.Proxy.Config;

using System.Text;

/// <summary>Compares one query parameter; without a value matcher it must only be there.</summary>
public sealed class QueryParameterMatcher(string name, StringMatcher? value)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);

    public string Name { get; } = name;

    public StringMatcher? Value { get; } = value;

    /// <summary>The query without its leading '?'.</summary>
    public bool Matches(ReadOnlySpan<byte> query)
    {
        while (!query.IsEmpty)
        {
            int end = query.IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = end < 0 ? query : query[..end];
            query = end < 0 ? default : query[(end + 1)..];
            int equals = pair.IndexOf((byte)'=');
            ReadOnlySpan<byte> key = equals < 0 ? pair : pair[..equals];
            if (key.SequenceEqual(_name))
            {
                return Value is null || Value.Matches(equals < 0 ? default : pair[(equals + 1)..]);
            }
        }

        return false;
    }
}
