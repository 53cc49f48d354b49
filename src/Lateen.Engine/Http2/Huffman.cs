namespace Lateen.Engine.Http2;

using System.Buffers.Binary;
using System.Runtime.CompilerServices;

/// <summary>
/// The Huffman code of RFC 7541 appendix B. It is canonical (codes of one length ascend with their symbols), so the lengths say
/// everything. Decoding looks ten bits up at a time, which covers all of printable text but a few symbols.
/// </summary>
internal static class Huffman
{
    private const int Symbols = 257;
    private const int EndOfString = 256;
    private const int MaxLength = 30;
    private const int FastBits = 10;

    private static readonly uint[] Codes = new uint[Symbols];

    // Symbol << 4 | length; 0 where the code is longer than FastBits.
    private static readonly ushort[] Fast = new ushort[1 << FastBits];

    // For each length: the first value, left-aligned in 32 bits, above all codes up to it; and where its symbols begin in ByCode.
    private static readonly ulong[] Limits = new ulong[MaxLength + 1];
    private static readonly int[] Starts = new int[MaxLength + 1];
    private static readonly ushort[] ByCode = new ushort[Symbols];

    static Huffman()
    {
        uint code = 0;
        int position = 0;
        for (int length = 1; length <= MaxLength; length++)
        {
            Starts[length] = position - (int)code;
            for (int symbol = 0; symbol < Symbols; symbol++)
            {
                if (Lengths[symbol] != length)
                {
                    continue;
                }

                Codes[symbol] = code;
                ByCode[position++] = (ushort)symbol;
                if (length <= FastBits)
                {
                    Fast.AsSpan((int)code << (FastBits - length), 1 << (FastBits - length)).Fill((ushort)((symbol << 4) | length));
                }

                code++;
            }

            Limits[length] = (ulong)code << (32 - length);
            code <<= 1;
        }
    }

    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    /// <summary>The most bytes that so many encoded bytes can stand for: the shortest code has five bits.</summary>
    public static int MaxDecodedLength(int encoded) => encoded * 8 / 5;

    public static int EncodedLength(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> lengths = Lengths;
        int bits = 0;
        foreach (byte symbol in text)
        {
            bits += lengths[symbol];
        }

        return (bits + 7) >> 3;
    }

    /// <summary>Writes the code; the target must have <see cref="EncodedLength"/> bytes.</summary>
    public static void Encode(ReadOnlySpan<byte> text, Span<byte> target)
    {
        ReadOnlySpan<byte> lengths = Lengths;
        uint[] codes = Codes;
        ulong bits = 0;
        int count = 0;
        int position = 0;
        foreach (byte symbol in text)
        {
            int length = lengths[symbol];
            bits = (bits << length) | codes[symbol];
            count += length;
            while (count >= 8)
            {
                count -= 8;
                target[position++] = (byte)(bits >> count);
            }
        }

        if (count > 0)
        {
            // RFC 7541 section 5.2: padded with the most significant bits of end-of-string, which are ones.
            target[position] = (byte)((bits << (8 - count)) | (0xFFu >> count));
        }
    }

    /// <summary>False when the code is not one (RFC 7541 section 5.2): a wrong or too long padding, or end-of-string inside.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, Span<byte> target, out int written)
    {
        ushort[] fast = Fast;
        ulong bits = 0;
        int count = 0;
        written = 0;
        while (true)
        {
            Refill(ref encoded, ref bits, ref count);

            // Beyond the end of the input everything reads as ones, as the padding does.
            uint window = (uint)(bits >> 32) | (count < 32 ? uint.MaxValue >> count : 0);
            if (count < 8 && window == uint.MaxValue)
            {
                return true;
            }

            // No code is longer than 30 bits, so none is cut off while there are 32.
            do
            {
                int entry = fast[window >> (32 - FastBits)];
                int length = entry & 0xF;
                int symbol = entry >> 4;
                if (entry == 0)
                {
                    symbol = FindLong(window, out length);
                }

                if (length > count || symbol == EndOfString || (uint)written >= (uint)target.Length)
                {
                    return false;
                }

                target[written++] = (byte)symbol;
                bits <<= length;
                count -= length;
                window = (uint)(bits >> 32);
            }
            while (count >= 32);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Refill(ref ReadOnlySpan<byte> encoded, ref ulong bits, ref int count)
    {
        if (count >= 32)
        {
            return;
        }

        if (encoded.Length >= sizeof(uint))
        {
            bits |= (ulong)BinaryPrimitives.ReadUInt32BigEndian(encoded) << (32 - count);
            count += 32;
            encoded = encoded[sizeof(uint)..];
            return;
        }

        while (!encoded.IsEmpty)
        {
            bits |= (ulong)encoded[0] << (56 - count);
            count += 8;
            encoded = encoded[1..];
        }
    }

    private static int FindLong(uint window, out int length)
    {
        length = FastBits + 1;
        while (window >= Limits[length])
        {
            length++;
        }

        return ByCode[Starts[length] + (int)(window >> (32 - length))];
    }
}
