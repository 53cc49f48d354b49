namespace Lateen.Api.Schema;

using System.Buffers.Binary;
using System.Text;

/// <summary>Encodes one message (protobuf.dev/programming-guides/encoding); messages within it get their length when they end.</summary>
internal sealed class WireWriter
{
    private byte[] _bytes = new byte[4096];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Varint(ulong value)
    {
        Span<byte> room = Room(10);
        int count = 0;
        for (; value >= 0x80; value >>= 7)
        {
            room[count++] = (byte)(value | 0x80);
        }

        room[count++] = (byte)value;
        _length += count;
    }

    public void Tag(int number, FieldKind kind) => Varint(((ulong)number << 3) | kind switch
    {
        FieldKind.Text or FieldKind.Bytes or FieldKind.Message => 2ul,
        FieldKind.Double or FieldKind.Fixed64 or FieldKind.SFixed64 => 1ul,
        FieldKind.Float or FieldKind.Fixed32 or FieldKind.SFixed32 => 5ul,
        _ => 0ul,
    });

    public void Fixed32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Room(4), value);
        _length += 4;
    }

    public void Fixed64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Room(8), value);
        _length += 8;
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Varint((ulong)value.Length);
        value.CopyTo(Room(value.Length));
        _length += value.Length;
    }

    public void Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>Begins what has a length; the result goes to <see cref="End"/>.</summary>
    public int Begin()
    {
        _ = Room(1);
        return ++_length;
    }

    /// <summary>Puts the length in front; it was given one byte, and what is longer moves.</summary>
    public void End(int begin)
    {
        int size = _length - begin;
        int extra = 0;
        for (int rest = size >> 7; rest > 0; rest >>= 7)
        {
            extra++;
        }

        _ = Room(extra);
        _bytes.AsSpan(begin, size).CopyTo(_bytes.AsSpan(begin + extra));
        _length = begin - 1;
        Varint((ulong)size);
        _length += size;
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        return _bytes.AsSpan(_length);
    }
}
