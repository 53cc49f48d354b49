namespace Lateen.Engine.Http1;

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

/// <summary>
/// Sixteen bytes of a message at a time, sorted into the classes that HTTP/1.1 tells apart. A mask has one bit for each byte, the first
/// lowest. Blocks behind the end of the bytes are filled up with zeros, which belong to no class and count as controls.
/// </summary>
internal static class ByteClass
{
    private const int BlockBytes = 16;

    // Indices that move the last n of sixteen bytes to the front and put zeros behind them: those from 16 - n on.
    private static ReadOnlySpan<byte> ToFront =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    ];

    /// <summary>RFC 9110 section 5.6.2. By the low half of a byte: a bit for each high half with which it is of the class.</summary>
    public static Vector128<byte> Token
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create(
            (byte)0xe8, 0xfc, 0xf8, 0xfc, 0xfc, 0xfc, 0xfc, 0xfc, 0xf8, 0xf8, 0xf4, 0x54, 0xd0, 0x54, 0xf4, 0x70);
    }

    /// <summary>reg-name without the comma (RFC 3986 section 3.2.2): a list of hosts is an attack, not a name.</summary>
    public static Vector128<byte> Host
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create(
            (byte)0xa8, 0xfc, 0xf8, 0xf8, 0xfc, 0xfc, 0xfc, 0xfc, 0xfc, 0xfc, 0xf4, 0x5c, 0x50, 0x5c, 0xd4, 0x70);
    }

    /// <summary>The bytes that are not of the class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NotIn(Vector128<byte> table, Vector128<byte> block)
    {
        // 0x80 and above have no bit in the second table, so the class is one of ASCII.
        Vector128<byte> high = Vector128.ShuffleNative(
            Vector128.Create((byte)1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0), block >>> 4);
        Vector128<byte> low = Vector128.ShuffleNative(table, block & Vector128.Create((byte)0x0f));
        return Vector128.Equals(low & high, Vector128<byte>.Zero).ExtractMostSignificantBits();
    }

    /// <summary>Controls, the tab among them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Controls(Vector128<byte> block) =>
        (AtMost(block, 0x1f) | Vector128.Equals(block, Vector128.Create((byte)0x7f))).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Controls(Vector256<byte> block)
    {
        Vector256<byte> low = Vector256.Equals(Vector256.Min(block, Vector256.Create((byte)0x1f)), block);
        return (low | Vector256.Equals(block, Vector256.Create((byte)0x7f))).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ControlsOrBlanks(Vector128<byte> block) =>
        (AtMost(block, 0x20) | Vector128.Equals(block, Vector128.Create((byte)0x7f))).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Tabs(Vector128<byte> block) => Vector128.Equals(block, Vector128.Create((byte)'\t')).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Capitals(Vector128<byte> block) =>
        AtMost(block - Vector128.Create((byte)'A'), 'Z' - 'A').ExtractMostSignificantBits();

    /// <summary>How many bytes at the start are of the class.</summary>
    public static int Prefix(Vector128<byte> table, ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at < bytes.Length; at += BlockBytes)
        {
            uint other = NotIn(table, Load(bytes, at));
            if (other != 0)
            {
                return at + BitOperations.TrailingZeroCount(other);
            }
        }

        return bytes.Length;
    }

    /// <summary>The block at an offset below the length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(ReadOnlySpan<byte> bytes, int at)
    {
        // In bounds: sixteen bytes follow the offset.
        return bytes.Length - at >= BlockBytes
            ? Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(bytes), (nuint)at)
            : LoadLast(bytes, at);
    }

    private static Vector128<byte> LoadLast(ReadOnlySpan<byte> bytes, int at)
    {
        // In bounds: no piece is longer than what is there, and none begins before the first byte.
        ref byte first = ref MemoryMarshal.GetReference(bytes);
        int count = bytes.Length - at;
        if (bytes.Length >= BlockBytes)
        {
            Vector128<byte> last = Vector128.LoadUnsafe(ref first, (nuint)(bytes.Length - BlockBytes));
            return Vector128.ShuffleNative(last, Vector128.Create(ToFront.Slice(BlockBytes - count, BlockBytes)));
        }

        // Fewer than sixteen in all: two pieces that may overlap.
        first = ref Unsafe.Add(ref first, at);
        if (count >= 8)
        {
            // Shifted in two steps, as a shift by 64 is one by nothing.
            ulong last = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, count - 8));
            return Vector128.Create(Unsafe.ReadUnaligned<ulong>(ref first), last >> 1 >> (127 - (8 * count))).AsByte();
        }

        if (count >= 4)
        {
            ulong last = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, count - 4));
            return Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(ref first) | (last << (8 * (count - 4)))).AsByte();
        }

        ulong middle = (ulong)Unsafe.Add(ref first, count >> 1) << (8 * (count >> 1));
        return Vector128.CreateScalar(first | middle | ((ulong)Unsafe.Add(ref first, count - 1) << (8 * (count - 1)))).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> AtMost(Vector128<byte> block, byte limit) =>
        Vector128.Equals(Vector128.Min(block, Vector128.Create(limit)), block);
}
