namespace Lateen.Engine.Http2;

using System.Numerics;
using System.Runtime.CompilerServices;

/// <summary>
/// The dynamic table of one direction (RFC 7541 section 2.3.2), newest entry first, every entry in one piece in a ring of bytes, as the
/// line that HTTP/1.1 would write. The ring is twice the table's limit, which is enough for a new entry never to lie over a live one (a
/// line is shorter than the size that counts). No memory until the first entry.
/// </summary>
internal sealed class HpackDynamicTable(int limitBytes)
{
    /// <summary>": " and CRLF.</summary>
    public const int LineExtraBytes = 4;

    private const int EntryOverhead = 32;

    private byte[] _bytes = [];
    private Entry[] _entries = [];
    private int _newest = -1;
    private int _end;

    public int Count { get; private set; }

    /// <summary>Entries ever added, modulo 2^32: the number of the next one.</summary>
    public uint Added { get; private set; }

    /// <summary>Changes with every entry that comes or goes.</summary>
    public uint Version { get; private set; }

    /// <summary>Size as RFC 7541 section 4.1 counts it.</summary>
    public int Size { get; private set; }

    /// <summary>The size that the encoder chose; never above <see cref="LimitBytes"/>.</summary>
    public int MaxSize { get; private set; } = limitBytes;

    /// <summary>The size that the memory is laid out for.</summary>
    public int LimitBytes { get; } = limitBytes;

    /// <summary>How many slots the ring has; a power of two, or 0 before the first entry.</summary>
    public int Slots => _entries.Length;

    /// <summary>The slot of the newest entry.</summary>
    public int NewestSlot => _newest;

    public static int SizeOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => name.Length + value.Length + EntryOverhead;

    /// <summary>The name of the entry that is <paramref name="index"/> older than the newest.</summary>
    public ReadOnlySpan<byte> NameAt(int index)
    {
        ref readonly Entry entry = ref EntryAt(index);
        return _bytes.AsSpan(entry.Start, entry.NameLength);
    }

    public ReadOnlySpan<byte> ValueAt(int index)
    {
        ref readonly Entry entry = ref EntryAt(index);
        return _bytes.AsSpan(entry.Start + entry.NameLength + 2, entry.ValueLength);
    }

    /// <summary>The mark of an entry and the whole of it: "name: value" CRLF; unknown when there is no such entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FieldMark MarkAt(int index, out ReadOnlySpan<byte> line, out int nameLength)
    {
        if (index >= Count)
        {
            line = default;
            nameLength = 0;
            return FieldMark.Unknown;
        }

        ref readonly Entry entry = ref EntryAt(index);
        nameLength = entry.NameLength;
        line = _bytes.AsSpan(entry.Start, entry.NameLength + entry.ValueLength + LineExtraBytes);
        return entry.Mark;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAt(int index, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ref readonly Entry entry = ref EntryAt(index);
        return entry.NameLength == name.Length && entry.ValueLength == value.Length
            && value.SequenceEqual(_bytes.AsSpan(entry.Start + name.Length + 2, value.Length))
            && name.SequenceEqual(_bytes.AsSpan(entry.Start, name.Length));
    }

    public void Mark(int index, FieldMark mark) => EntryAt(index).Mark = mark;

    public void SetMaxSize(int maxSize)
    {
        Version++;
        MaxSize = Math.Min(maxSize, LimitBytes);
        EvictTo(MaxSize);
    }

    /// <summary>
    /// Adds an entry, evicting old ones; false when it is larger than the table, which is then empty (RFC 7541 section 4.4). The spans
    /// must not point into the table.
    /// </summary>
    public bool TryAdd(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int size = SizeOf(name, value);
        Version++;
        EvictTo(MaxSize - size);
        if (size > MaxSize)
        {
            return false;
        }

        if (_bytes.Length == 0)
        {
            _bytes = new byte[LimitBytes * 2];
            _entries = new Entry[BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, LimitBytes / EntryOverhead))];
        }

        int length = name.Length + value.Length + LineExtraBytes;
        int start = _bytes.Length - _end < length ? 0 : _end;
        Span<byte> line = _bytes.AsSpan(start, length);
        name.CopyTo(line);
        line[name.Length] = (byte)':';
        line[name.Length + 1] = (byte)' ';
        value.CopyTo(line[(name.Length + 2)..]);
        line[^2] = (byte)'\r';
        line[^1] = (byte)'\n';
        _end = start + length;
        _newest = (_newest + 1) & (_entries.Length - 1);
        _entries[_newest] = new Entry { Start = start, NameLength = name.Length, ValueLength = value.Length };
        Count++;
        Added++;
        Size += size;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Entry EntryAt(int index) => ref _entries[(_newest - index) & (_entries.Length - 1)];

    private void EvictTo(int size)
    {
        while (Count > 0 && Size > size)
        {
            ref readonly Entry oldest = ref EntryAt(Count - 1);
            Size -= oldest.NameLength + oldest.ValueLength + EntryOverhead;
            Count--;
        }
    }

    private struct Entry
    {
        public int Start;
        public int NameLength;
        public int ValueLength;
        public FieldMark Mark;
    }
}
