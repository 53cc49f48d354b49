namespace Lateen.Engine.Buffers;

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

/// <summary>Copies what is usually a few bytes, as header names and values are, in place of a call: two pieces that may overlap.</summary>
internal static class ShortCopy
{
    private const int LongestBytes = 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void To(ReadOnlySpan<byte> source, Span<byte> target)
    {
        if (source.Length > LongestBytes || source.Length > target.Length)
        {
            source.CopyTo(target);
            return;
        }

        // In bounds: all pieces lie within the length, which the source has and the target was just asked for.
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(target);
        nuint length = (nuint)source.Length;
        if (length >= 16)
        {
            Vector128<byte> last = Vector128.LoadUnsafe(ref from, length - 16);
            Vector128.LoadUnsafe(ref from).StoreUnsafe(ref to);
            last.StoreUnsafe(ref to, length - 16);
        }
        else if (length >= 8)
        {
            Pair<ulong>(ref from, ref to, length - 8);
        }
        else if (length >= 4)
        {
            Pair<uint>(ref from, ref to, length - 4);
        }
        else if (length >= 2)
        {
            Pair<ushort>(ref from, ref to, length - 2);
        }
        else if (length == 1)
        {
            to = from;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair<T>(ref byte from, ref byte to, nuint second)
        where T : unmanaged
    {
        T last = Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref from, second));
        Unsafe.WriteUnaligned(ref to, Unsafe.ReadUnaligned<T>(ref from));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, second), last);
    }
}
