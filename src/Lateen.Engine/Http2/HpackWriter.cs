namespace Lateen.Engine.Http2;

using System.Runtime.CompilerServices;

/// <summary>Writes the primitives of RFC 7541 section 5 into a buffer that is large enough (see <see cref="HpackEncoder.MaxLength"/>).</summary>
internal ref struct HpackWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;

    public int Length { get; private set; }

    /// <summary>An integer whose first byte also carries <paramref name="pattern"/> above the prefix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Integer(int value, int prefixBits, byte pattern)
    {
        int mask = (1 << prefixBits) - 1;
        if (value < mask)
        {
            _target[Length++] = (byte)(pattern | value);
            return;
        }

        LongInteger(value, mask, pattern);
    }

    /// <summary>A string, in the Huffman code when that is shorter.</summary>
    public void String(ReadOnlySpan<byte> text)
    {
        int encoded = Huffman.EncodedLength(text);
        if (encoded < text.Length)
        {
            Integer(encoded, 7, 0x80);
            Huffman.Encode(text, _target.Slice(Length, encoded));
            Length += encoded;
            return;
        }

        Integer(text.Length, 7, 0);
        text.CopyTo(_target[Length..]);
        Length += text.Length;
    }

    private void LongInteger(int value, int mask, byte pattern)
    {
        _target[Length++] = (byte)(pattern | mask);
        value -= mask;
        while (value >= 0x80)
        {
            _target[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _target[Length++] = (byte)value;
    }
}
