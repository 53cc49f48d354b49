namespace Lateen.Engine.Http2;

using System.Numerics;

/// <summary>
/// The dynamic table of one direction (RFC 7541 section 2.3.2), newest entry first, every entry in one piece in a ring of bytes. The
/// ring is twice the table's limit, which is enough for a new entry never to lie over a live one. No memory until the first entry.
/// </summary>
internal sealed class HpackDynamicTable(int limitBytes)
{
    private const int EntryOverhead = 32;

    private byte[] _bytes = [];
    private Entry[] _entries = [];
    private int _newest = -1;
    private int _end;

    public int Count { get; private set; }

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
        Entry entry = EntryAt(index);
        return _bytes.AsSpan(entry.Start, entry.NameLength);
    }

    public ReadOnlySpan<byte> ValueAt(int index)
    {
        Entry entry = EntryAt(index);
        return _bytes.AsSpan(entry.Start + entry.NameLength, entry.ValueLength);
    }

    public void SetMaxSize(int maxSize)
    {
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

        int length = name.Length + value.Length;
        int start = _bytes.Length - _end < length ? 0 : _end;
        name.CopyTo(_bytes.AsSpan(start));
        value.CopyTo(_bytes.AsSpan(start + name.Length));
        _end = start + length;
        _newest = (_newest + 1) & (_entries.Length - 1);
        _entries[_newest] = new Entry(start, name.Length, value.Length);
        Count++;
        Size += size;
        return true;
    }

    private Entry EntryAt(int index) => _entries[(_newest - index) & (_entries.Length - 1)];

    private void EvictTo(int size)
    {
        while (Count > 0 && Size > size)
        {
            Entry oldest = EntryAt(Count - 1);
            Size -= oldest.NameLength + oldest.ValueLength + EntryOverhead;
            Count--;
        }
    }

    private readonly record struct Entry(int Start, int NameLength, int ValueLength);
}
