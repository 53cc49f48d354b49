namespace Lateen.Proxy.Http;

using System.Runtime.CompilerServices;
using Lateen.Engine.Http;

/// <summary>
/// Reads pseudo-headers where they nearly always are: a codec puts them first, in the order in which HTTP/1.1 has them. Elsewhere
/// they are looked for by name.
/// </summary>
internal static class PseudoHeaders
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Method(HeaderMap request) => At(request, 0, ":method"u8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Path(HeaderMap request) => At(request, 2, ":path"u8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Status(HeaderMap response) => At(response, 0, ":status"u8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<byte> At(HeaderMap headers, int index, ReadOnlySpan<byte> name) =>
        index < headers.Count && headers.NameAt(index).SequenceEqual(name) ? headers.ValueAt(index) : headers.GetOrEmpty(name);
}
