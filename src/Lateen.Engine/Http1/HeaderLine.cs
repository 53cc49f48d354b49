namespace Lateen.Engine.Http1;

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Lateen.Engine.Http;

/// <summary>
/// A header line as almost all are: a token, a colon, one blank, a value that neither begins nor ends with one and has no controls, CRLF.
/// Whatever else a line may be, lawful or not, is for <see cref="MessageHead.ReadLine"/> to say.
/// </summary>
internal readonly struct HeaderLine
{
    /// <summary>Zeros that must follow the bytes to read from; they end what has no end of its own.</summary>
    public const int PaddingBytes = 32;

    public readonly int NameLength;

    /// <summary>The whole line with its CRLF.</summary>
    public readonly int Length;
    public readonly bool NameHasCapitals;

    private HeaderLine(int nameLength, int length, bool nameHasCapitals)
    {
        NameLength = nameLength;
        Length = length;
        NameHasCapitals = nameHasCapitals;
    }

    public int ValueLength => Length - NameLength - HeaderMap.LineExtraBytes;

    /// <summary>
    /// Reads the line at an offset of bytes that are followed by <see cref="PaddingBytes"/> zeros, or by any control and as many bytes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> padded, int offset, out HeaderLine line)
    {
        // In bounds: blocks are read up to the first control, the first zero at the latest, so none begins behind that zero, of which
        // at least a block's length follow. What is read at the ends of the name and of the line lies before that.
        ref byte first = ref Unsafe.Add(ref MemoryMarshal.GetReference(padded), offset);
        Vector128<byte> block = Vector128.LoadUnsafe(ref first);
        uint other = ByteClass.NotIn(ByteClass.Token, block);
        uint capitals = ByteClass.Capitals(block) & (other ^ (other - 1));
        int nameLength = 0;
        while (other == 0)
        {
            // A long name; that it has capitals is not looked for but assumed.
            capitals = 1;
            nameLength += Vector128<byte>.Count;
            other = ByteClass.NotIn(ByteClass.Token, Vector128.LoadUnsafe(ref first, (nuint)nameLength));
        }

        nameLength += BitOperations.TrailingZeroCount(other);
        int end = 0;
        uint controls = ByteClass.Controls(Vector256.LoadUnsafe(ref first));
        while (controls == 0)
        {
            end += Vector256<byte>.Count;
            controls = ByteClass.Controls(Vector256.LoadUnsafe(ref first, (nuint)end));
        }

        end += BitOperations.TrailingZeroCount(controls);
        line = new HeaderLine(nameLength, end + 2, capitals != 0);
        return nameLength != 0
            && end > nameLength + 2
            && Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref first, nameLength)) == HeaderMap.Separator
            && Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref first, end)) == HeaderMap.LineEnd
            && Unsafe.Add(ref first, nameLength + 2) > ' '
            && Unsafe.Add(ref first, end - 1) > ' ';
    }
}
