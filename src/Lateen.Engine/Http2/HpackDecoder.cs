namespace Lateen.Engine.Http2;

using System.Runtime.CompilerServices;

internal enum HpackStatus : byte
{
    Field,
    End,
    Malformed,
}

/// <summary>
/// Reads header blocks (RFC 7541). It must be shown every block of its connection, those that are thrown away too, or the two tables part.
/// </summary>
internal sealed class HpackDecoder
{
    // RFC 7540's initial value; the peer may use it until it has acknowledged another (RFC 9113 section 4.3.1).
    private const int InitialTableBytes = 4096;

    private readonly HpackDynamicTable _table;
    private readonly int _announcedBytes;
    private int _allowedBytes;
    private int _lastEntry = -1;
    private uint _acknowledged;
    private bool _sawField;
    private bool _mustShrink;

    public HpackDecoder(int tableBytes)
    {
        _announcedBytes = tableBytes;
        _allowedBytes = Math.Max(tableBytes, InitialTableBytes);
        _table = new HpackDynamicTable(_allowedBytes);
        _table.SetMaxSize(InitialTableBytes);
    }

    public HpackDynamicTable Table => _table;

    /// <summary>Another one whenever the same block might mean something else than before.</summary>
    public uint TableVersion => _table.Version + _acknowledged;

    /// <summary>The peer has acknowledged the size that we announced.</summary>
    public void OnSettingsAcknowledged()
    {
        _allowedBytes = _announcedBytes;
        _acknowledged++;

        // RFC 7541 section 4.2: a smaller limit is confirmed in the next block.
        _mustShrink = _table.MaxSize > _announcedBytes;
    }

    public void BeginBlock() => _sawField = false;

    /// <summary>
    /// Reads a reference to an entry that is marked; false, and nothing is read, when anything else comes next. The span is valid until
    /// the next call.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FieldMark ReadMarked(ref ReadOnlySpan<byte> block, out ReadOnlySpan<byte> line, out int nameLength)
    {
        line = default;
        nameLength = 0;

        // One byte (RFC 7541 section 6.1): 0x80 is no index, and with 0xFF the index goes on.
        if (block.IsEmpty || block[0] is <= 0x80 or 0xFF || _mustShrink)
        {
            return FieldMark.Unknown;
        }

        int index = block[0] & 0x7F;
        FieldMark mark = index <= HpackStaticTable.Count
            ? HpackStaticTable.MarkAt(index, out line, out nameLength)
            : _table.MarkAt(index - HpackStaticTable.Count - 1, out line, out nameLength);
        if (mark is not FieldMark.Unknown)
        {
            block = block[1..];
            _sawField = true;
        }

        return mark;
    }

    /// <summary>Remembers what the field is that was read last, if it stands in the dynamic table.</summary>
    public void MarkLast(FieldMark mark)
    {
        if (_lastEntry >= 0)
        {
            _table.Mark(_lastEntry, mark);
        }
    }

    /// <summary>Reads the next field off the block; the spans are valid until the next call.</summary>
    public HpackStatus TryRead(ref ReadOnlySpan<byte> block, HpackScratch scratch, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = default;
        value = default;
        while (!block.IsEmpty)
        {
            byte first = block[0];
            if ((first & 0xE0) == 0x20)
            {
                if (!TryResize(ref block))
                {
                    return HpackStatus.Malformed;
                }

                continue;
            }

            if (_mustShrink)
            {
                return HpackStatus.Malformed;
            }

            _sawField = true;
            _lastEntry = -1;
            bool read = (first & 0x80) != 0
                ? TryReadIndexed(ref block, out name, out value)
                : TryReadLiteral(ref block, scratch, (first & 0x40) != 0, out name, out value);
            return read ? HpackStatus.Field : HpackStatus.Malformed;
        }

        return _mustShrink ? HpackStatus.Malformed : HpackStatus.End;
    }

    /// <summary>An integer with a prefix of so many bits (RFC 7541 section 5.1); beyond 2^28 is of no use and refused.</summary>
    internal static bool TryReadInteger(ref ReadOnlySpan<byte> block, int prefixBits, out int value)
    {
        value = 0;
        if (block.IsEmpty)
        {
            return false;
        }

        int mask = (1 << prefixBits) - 1;
        value = block[0] & mask;
        block = block[1..];
        if (value < mask)
        {
            return true;
        }

        for (int shift = 0; shift <= 21; shift += 7)
        {
            if (block.IsEmpty)
            {
                return false;
            }

            byte next = block[0];
            block = block[1..];
            value += (next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryResize(ref ReadOnlySpan<byte> block)
    {
        // RFC 7541 section 4.2: only at the beginning of a block, and only up to what we allow.
        if (_sawField || !TryReadInteger(ref block, 5, out int size) || size > _allowedBytes)
        {
            return false;
        }

        _mustShrink &= size > _announcedBytes;
        _table.SetMaxSize(size);
        return true;
    }

    private bool TryReadIndexed(ref ReadOnlySpan<byte> block, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadInteger(ref block, 7, out int index) || !TryGetName(index, out name))
        {
            name = default;
            return false;
        }

        _lastEntry = index - HpackStaticTable.Count - 1;
        value = _lastEntry < 0 ? HpackStaticTable.ValueAt(index) : _table.ValueAt(_lastEntry);
        return true;
    }

    private bool TryReadLiteral(
        ref ReadOnlySpan<byte> block, HpackScratch scratch, bool indexed, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        name = default;
        if (!TryReadInteger(ref block, indexed ? 6 : 4, out int index))
        {
            return false;
        }

        if (index == 0)
        {
            if (!TryReadString(ref block, ref scratch.Name, out name))
            {
                return false;
            }
        }
        else if (!TryGetName(index, out name))
        {
            return false;
        }

        if (!TryReadString(ref block, ref scratch.Value, out value))
        {
            return false;
        }

        if (indexed)
        {
            if (index > HpackStaticTable.Count)
            {
                // RFC 7541 section 4.4: the new entry may evict the very one whose name it takes.
                name = HpackScratch.Copy(name, ref scratch.Name);
            }

            _lastEntry = _table.TryAdd(name, value) ? 0 : -1;
        }

        return true;
    }

    private bool TryGetName(int index, out ReadOnlySpan<byte> name)
    {
        if (index == 0 || index > HpackStaticTable.Count + _table.Count)
        {
            name = default;
            return false;
        }

        name = index <= HpackStaticTable.Count
            ? HpackStaticTable.NameAt(index)
            : _table.NameAt(index - HpackStaticTable.Count - 1);
        return true;
    }

    private static bool TryReadString(ref ReadOnlySpan<byte> block, ref byte[] scratch, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (block.IsEmpty)
        {
            return false;
        }

        bool huffman = (block[0] & 0x80) != 0;
        if (!TryReadInteger(ref block, 7, out int length) || length > block.Length)
        {
            return false;
        }

        text = block[..length];
        block = block[length..];
        if (!huffman)
        {
            return true;
        }

        HpackScratch.Ensure(ref scratch, Huffman.MaxDecodedLength(length));
        bool decoded = Huffman.TryDecode(text, scratch, out int written);
        text = scratch.AsSpan(0, written);
        return decoded;
    }
}
