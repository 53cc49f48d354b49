namespace Lateen.Proxy.Formatting;

using System.Text;
using Lateen.Engine.Http;

/// <summary>%REQ(X?Y):Z%, %RESP(X?Y):Z% and %TRAILER(X?Y):Z%: a header, else another one, cut to a length.</summary>
internal sealed class HeaderOperator(HeaderSource source, string name, string? fallback, int maxBytes, bool withoutQuery = false)
    : FormatOperator
{
    private readonly byte[] _name = Encoding.ASCII.GetBytes(name.ToLowerInvariant());
    private readonly byte[]? _fallback = fallback is null ? null : Encoding.ASCII.GetBytes(fallback.ToLowerInvariant());

    public override bool TryWrite(FormatBuffer buffer, in FormatInput input)
    {
        HeaderMap? headers = source switch
        {
            HeaderSource.Request => input.Request,
            HeaderSource.Response => input.Response,
            _ => input.Info.ResponseTrailers,
        };
        if (headers is null)
        {
            return false;
        }

        if (!headers.TryGet(_name, out ReadOnlySpan<byte> value) && (_fallback is null || !headers.TryGet(_fallback, out value)))
        {
            return false;
        }

        int question = withoutQuery ? value.IndexOf((byte)'?') : -1;
        value = question < 0 ? value : value[..question];
        buffer.Append(value.Length > maxBytes ? value[..maxBytes] : value);
        return true;
    }
}
