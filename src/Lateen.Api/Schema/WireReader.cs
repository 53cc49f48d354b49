namespace Lateen.Api.Schema;

using System.Text;

/// <summary>Walks the fields of one encoded message; only for bytes that our own build made.</summary>
internal struct WireReader(byte[] data, int start, int length)
{
    private readonly int _end = start + length;
    private int _at = start;

    public int Number { get; private set; }

    public ulong Value { get; private set; }

    /// <summary>Where the field's bytes begin, when it has a length.</summary>
    public int Start { get; private set; }

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Bytes => data.AsSpan(Start, Length);

    public readonly string Text => Encoding.UTF8.GetString(data, Start, Length);

    public bool Read()
    {
        if (_at >= _end)
        {
            return false;
        }

        uint tag = (uint)Varint();
        Number = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                Value = Varint();
                break;
            case 2:
                Length = (int)Varint();
                Start = _at;
                _at += Length;
                break;
            default:
                throw new InvalidOperationException($"wire type {tag & 7} is in no descriptor");
        }

        return true;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = data[_at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
