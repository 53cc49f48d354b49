namespace Lateen.Engine.Buffers;

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

/// <summary>Copies what is usually a few bytes, as header names and values are, in place of a call: two pieces that may overlap.</summary>
internal static class ShortCopy
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void To(ReadOnlySpan<byte> source, Span<byte> target)
    {
        int length = source.Length;
        if ((uint)(length - 8) <= 24 && length <= target.Length)
        {
            // In bounds: both pieces lie within the length, which the source has and the target was just asked for.
            ref byte from = ref MemoryMarshal.GetReference(source);
            ref byte to = ref MemoryMarshal.GetReference(target);
            if (length >= 16)
            {
                Vector128<byte> first = Vector128.LoadUnsafe(ref from);
                Vector128<byte> last = Vector128.LoadUnsafe(ref from, (nuint)(length - 16));
                first.StoreUnsafe(ref to);
                last.StoreUnsafe(ref to, (nuint)(length - 16));
                return;
            }

            ulong low = Unsafe.ReadUnaligned<ulong>(ref from);
            ulong high = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, length - 8));
            Unsafe.WriteUnaligned(ref to, low);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, length - 8), high);
            return;
        }

        source.CopyTo(target);
    }
}
