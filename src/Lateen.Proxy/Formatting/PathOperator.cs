namespace Lateen.Proxy.Formatting;

using Lateen.Engine.Http;

/// <summary>%PATH(WITH_QUERY|NO_QUERY:ORIG|ORIG_OR_PATH|PATH):Z%: the path as it came, or as it was rewritten.</summary>
internal sealed class PathOperator(bool withQuery, bool useOriginal, bool useCurrent, int maxBytes) : FormatOperator
{
    public override bool TryWrite(FormatBuffer buffer, in FormatInput input)
    {
        if (input.Request is not { } request || !TryFind(request, out ReadOnlySpan<byte> path))
        {
            return false;
        }

        int question = withQuery ? -1 : path.IndexOf((byte)'?');
        path = question < 0 ? path : path[..question];
        buffer.Append(path.Length > maxBytes ? path[..maxBytes] : path);
        return true;
    }

    private bool TryFind(HeaderMap request, out ReadOnlySpan<byte> path)
    {
        path = default;
        return (useOriginal && request.TryGet("x-envoy-original-path"u8, out path)) || (useCurrent && request.TryGet(":path"u8, out path));
    }
}
