namespace Lateen.Engine.Http;

/// <summary>
/// The header block of one canonical HTTP message: names in lower case, pseudo-headers (:method, :scheme, :authority, :path,
/// :status) as ordinary entries, everything as bytes in one re-used arena, so that a warm map allocates nothing.
/// A span that came from the map is valid until the next change.
/// </summary>
public sealed class HeaderMap
{
    private const int InitialArenaBytes = 1024;
    private const int InitialEntries = 24;

    private byte[] _arena = new byte[InitialArenaBytes];
    private Entry[] _entries = new Entry[InitialEntries];
    private int _arenaLength;

    public int Count { get; private set; }

    /// <summary>Sum of the lengths of all names and values, in bytes.</summary>
    public int ContentBytes { get; private set; }

    /// <summary>What the map has grown to; pools let go of those that a large head blew up.</summary>
    internal int ArenaBytes => _arena.Length;

    public ReadOnlySpan<byte> NameAt(int index) => _arena.AsSpan(_entries[index].NameStart, _entries[index].NameLength);

    public ReadOnlySpan<byte> ValueAt(int index) => _arena.AsSpan(_entries[index].ValueStart, _entries[index].ValueLength);

    /// <summary>Index of the first entry with this lower-case name, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> name, int start = 0)
    {
        for (int i = start; i < Count; i++)
        {
            if (_entries[i].NameLength == name.Length && NameAt(i).SequenceEqual(name))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The first value of a header.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int index = IndexOf(name);
        value = index < 0 ? default : ValueAt(index);
        return index >= 0;
    }

    public ReadOnlySpan<byte> GetOrEmpty(ReadOnlySpan<byte> name) => TryGet(name, out ReadOnlySpan<byte> value) ? value : default;

    public bool Contains(ReadOnlySpan<byte> name) => IndexOf(name) >= 0;

    /// <summary>Appends an entry. The name must be lower case already; the value must not point into this map.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        int nameStart = Store(name);
        int valueStart = Store(value);
        _entries[Count++] = new Entry(nameStart, name.Length, valueStart, value.Length);
        ContentBytes += name.Length + value.Length;
    }

    /// <summary>Appends an entry, folding the name to lower case; for codecs, whose input is any case.</summary>
    public void AddLowering(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Add(name, value);
        Span<byte> stored = _arena.AsSpan(_entries[Count - 1].NameStart, name.Length);
        System.Text.Ascii.ToLowerInPlace(stored, out _);
    }

    /// <summary>Replaces every entry of this name by one, in the place of the first; appends when there was none.</summary>
    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int index = IndexOf(name);
        if (index < 0)
        {
            Add(name, value);
            return;
        }

        for (int other = IndexOf(name, index + 1); other >= 0; other = IndexOf(name, other))
        {
            RemoveAt(other);
        }

        ref Entry entry = ref _entries[index];
        ContentBytes += value.Length - entry.ValueLength;
        entry = entry with { ValueStart = Store(value), ValueLength = value.Length };
    }

    /// <summary>Removes every entry of this name; false when there was none.</summary>
    public bool Remove(ReadOnlySpan<byte> name)
    {
        int index = IndexOf(name);
        if (index < 0)
        {
            return false;
        }

        for (; index >= 0; index = IndexOf(name, index))
        {
            RemoveAt(index);
        }

        return true;
    }

    public void RemoveAt(int index)
    {
        ContentBytes -= _entries[index].NameLength + _entries[index].ValueLength;
        Count--;
        Array.Copy(_entries, index + 1, _entries, index, Count - index);
    }

    public void Clear()
    {
        Count = 0;
        _arenaLength = 0;
        ContentBytes = 0;
    }

    public void CopyFrom(HeaderMap other)
    {
        Clear();
        for (int i = 0; i < other.Count; i++)
        {
            Add(other.NameAt(i), other.ValueAt(i));
        }
    }

    private int Store(ReadOnlySpan<byte> bytes)
    {
        if (_arena.Length - _arenaLength < bytes.Length)
        {
            Grow(bytes.Length);
        }

        int start = _arenaLength;
        bytes.CopyTo(_arena.AsSpan(start));
        _arenaLength += bytes.Length;
        return start;
    }

    private void Grow(int needed)
    {
        // A fresh array, so that a caller's span into the old one stays readable for the rest of its call.
        byte[] larger = new byte[Math.Max(_arena.Length * 2, _arenaLength + needed)];
        _arena.AsSpan(0, _arenaLength).CopyTo(larger);
        _arena = larger;
    }

    private readonly record struct Entry(int NameStart, int NameLength, int ValueStart, int ValueLength);
}
