namespace Lateen.Filters.AccessLoggers;

using System.Text;
using Lateen.Engine.Http;

/// <summary>%REQ(X?Y):Z% and %RESP(X?Y):Z%: a header, else another one, cut to a length.</summary>
internal sealed class HeaderOperator(bool ofResponse, string name, string? fallback, int maxBytes) : LogOperator
{
    private readonly byte[] _name = Encoding.ASCII.GetBytes(name.ToLowerInvariant());
    private readonly byte[]? _fallback = fallback is null ? null : Encoding.ASCII.GetBytes(fallback.ToLowerInvariant());

    public override bool TryWrite(LogBuffer buffer, in LogEntry entry)
    {
        HeaderMap? headers = ofResponse ? entry.Response : entry.Request;
        if (headers is null)
        {
            return false;
        }

        if (!headers.TryGet(_name, out ReadOnlySpan<byte> value) && (_fallback is null || !headers.TryGet(_fallback, out value)))
        {
            return false;
        }

        buffer.Append(value.Length > maxBytes ? value[..maxBytes] : value);
        return true;
    }
}
