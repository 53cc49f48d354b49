namespace Lateen.Proxy.Formatting;

using System.Text;

/// <summary>%QUERY_PARAM(X):Z%: the first value of a query parameter, as it stands in the path.</summary>
internal sealed class QueryParameterOperator(string name, int maxBytes) : FormatOperator
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);

    public override bool TryWrite(FormatBuffer buffer, in FormatInput input)
    {
        ReadOnlySpan<byte> path = input.Request is null ? default : input.Request.GetOrEmpty(":path"u8);
        int question = path.IndexOf((byte)'?');
        ReadOnlySpan<byte> rest = question < 0 ? default : path[(question + 1)..];
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (pair.StartsWith(_name) && pair.Length > _name.Length && pair[_name.Length] == '=')
            {
                ReadOnlySpan<byte> value = pair[(_name.Length + 1)..];
                buffer.Append(value.Length > maxBytes ? value[..maxBytes] : value);
                return true;
            }
        }

        return false;
    }
}
