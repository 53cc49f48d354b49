namespace Lateen.Engine.Http1;

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

internal enum HeaderKind : byte
{
    Ordinary,
    Host,
    ContentLength,
    TransferEncoding,
    Connection,
    Te,
    Upgrade,
    Expect,

    /// <summary>Connection-specific and of no use to us: never forwarded.</summary>
    Dropped,
}

/// <summary>The header names that the codecs treat apart; found by length and first letter, so an ordinary header costs one switch.</summary>
internal static class HeaderNames
{
    // The lengths of the names below.
    private const uint Lengths = (1 << 2) | (1 << 4) | (1 << 6) | (1 << 7) | (1 << 10) | (1 << 14) | (1 << 16) | (1 << 17);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HeaderKind Classify(ReadOnlySpan<byte> name) => IsOrdinary(name.Length) ? HeaderKind.Ordinary : ClassifyByFirst(name);

    /// <summary>No other kind has a name of this length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOrdinary(int length) => length >= 32 || ((Lengths >> length) & 1) == 0;

    public static HeaderKind ClassifyByFirst(ReadOnlySpan<byte> name)
    {
        int first = name[0] | 0x20;
        return name.Length switch
        {
            2 when first == 't' && Is(name, "te"u8) => HeaderKind.Te,
            4 when first == 'h' && Is(name, "host"u8) => HeaderKind.Host,
            6 when first == 'e' && Is(name, "expect"u8) => HeaderKind.Expect,
            7 when first == 'u' && Is(name, "upgrade"u8) => HeaderKind.Upgrade,
            10 when first == 'c' && Is(name, "connection"u8) => HeaderKind.Connection,
            10 when first == 'k' && Is(name, "keep-alive"u8) => HeaderKind.Dropped,
            14 when first == 'c' && Is(name, "content-length"u8) => HeaderKind.ContentLength,
            14 when first == 'h' && Is(name, "http2-settings"u8) => HeaderKind.Dropped,
            16 when first == 'p' && Is(name, "proxy-connection"u8) => HeaderKind.Dropped,
            17 when first == 't' && Is(name, "transfer-encoding"u8) => HeaderKind.TransferEncoding,
            _ => HeaderKind.Ordinary,
        };
    }

    /// <summary>Names that a Connection header may not nominate: removing them would change who is asking or where a message ends.</summary>
    public static bool IsProtected(ReadOnlySpan<byte> lowerName) =>
        lowerName.StartsWith("x-forwarded-"u8) || lowerName.StartsWith("x-envoy-"u8) || lowerName.StartsWith("x-b3-"u8)
        || lowerName.SequenceEqual("host"u8) || lowerName.SequenceEqual("authorization"u8) || lowerName.SequenceEqual("cookie"u8)
        || lowerName.SequenceEqual("content-length"u8) || lowerName.SequenceEqual("transfer-encoding"u8)
        || lowerName.SequenceEqual("x-request-id"u8) || lowerName.SequenceEqual("traceparent"u8)
        || lowerName.SequenceEqual("baggage"u8) || lowerName.SequenceEqual("expect"u8);

    // Of equal length. With 0x20 set, no byte of a token but a capital turns into one of these names.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lower)
    {
        const uint Small = 0x2020_2020;
        const ulong Smalls = 0x2020_2020_2020_2020;
        if (lower.Length is >= 8 and <= 16)
        {
            return (MemoryMarshal.Read<ulong>(name) | Smalls) == MemoryMarshal.Read<ulong>(lower)
                && (MemoryMarshal.Read<ulong>(name[^8..]) | Smalls) == MemoryMarshal.Read<ulong>(lower[^8..]);
        }

        if (lower.Length is >= 4 and < 8)
        {
            return (MemoryMarshal.Read<uint>(name) | Small) == MemoryMarshal.Read<uint>(lower)
                && (MemoryMarshal.Read<uint>(name[^4..]) | Small) == MemoryMarshal.Read<uint>(lower[^4..]);
        }

        return Http1Syntax.EqualsIgnoreCase(name, lower);
    }
}
