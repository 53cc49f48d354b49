namespace Lateen.Filters.Http.DynamicForwardProxy;

using Lateen.Engine.Http;

/// <summary>A route's wish to forward to another host than the request names.</summary>
internal sealed record DynamicForwardRoute(byte[] Literal, byte[] Header)
{
    public void Rewrite(HeaderMap request)
    {
        if (Literal.Length > 0)
        {
            request.Set(":authority"u8, Literal);
        }
        else if (Header.Length > 0 && request.TryGet(Header, out ReadOnlySpan<byte> value) && value.Length is > 0 and <= 300)
        {
            // A copy: setting a header may move the bytes that the value stands in.
            Span<byte> copy = stackalloc byte[value.Length];
            value.CopyTo(copy);
            request.Set(":authority"u8, copy);
        }
    }
}
