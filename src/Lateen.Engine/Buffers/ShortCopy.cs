namespace Lateen.Engine.Buffers;

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

/// <summary>Copies what is usually a few bytes, as header names and values are, in place of a call: two pieces that may overlap.</summary>
internal static class ShortCopy
{
    private const int LongestBytes = 32;

    /// <summary>The caller has made sure that there is room for all of the source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void To(ReadOnlySpan<byte> source, ref byte to)
    {
        if (source.Length > LongestBytes)
        {
            source.CopyTo(MemoryMarshal.CreateSpan(ref to, source.Length));
            return;
        }

        // In bounds: all pieces lie within the length, which the source has and the caller has made room for.
        ref byte from = ref MemoryMarshal.GetReference(source);
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
