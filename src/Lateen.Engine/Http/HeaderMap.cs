namespace Lateen.Engine.Http;

using System.Runtime.CompilerServices;

/// <summary>
/// The header block of one canonical HTTP message: names in lower case, pseudo-headers (:method, :scheme, :authority, :path,
/// :status) as ordinary entries, everything as bytes in one re-used arena, so that a warm map allocates nothing.
/// A span that came from the map is valid until the next change.
/// </summary>
public sealed class HeaderMap
{
    private const int InitialArenaBytes = 1024;
    private const int InitialEntries = 24;

    // ": " and CRLF.
    private const int LineExtraBytes = 4;

    private byte[] _arena = new byte[InitialArenaBytes];
    private Entry[] _entries = new Entry[InitialEntries];
    private int _arenaLength;

    // A bit for each name ever added, by length and last letter: most names that are asked for are not there.
    private ulong _names;

    public int Count { get; private set; }

    /// <summary>Sum of the lengths of all names and values, in bytes.</summary>
    public int ContentBytes { get; private set; }

    /// <summary>What the map has grown to; pools let go of those that a large head blew up.</summary>
    internal int ArenaBytes => _arena.Length;

    public ReadOnlySpan<byte> NameAt(int index) => _arena.AsSpan(_entries[index].NameStart, _entries[index].NameLength);

    public ReadOnlySpan<byte> ValueAt(int index) => _arena.AsSpan(_entries[index].ValueStart, _entries[index].ValueLength);

    /// <summary>Index of the first entry with this lower-case name, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexOf(ReadOnlySpan<byte> name, int start = 0)
    {
        return (_names & Bit(name)) == 0 ? -1 : Find(name, start);
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

        int length = name.Length + value.Length;
        if (_arena.Length - _arenaLength < length)
        {
            Grow(length);
        }

        int start = _arenaLength;
        Span<byte> target = _arena.AsSpan(start, length);
        name.CopyTo(target);
        value.CopyTo(target[name.Length..]);
        _arenaLength += length;
        _entries[Count++] = new Entry(start, name.Length, start + name.Length, value.Length, IsLine: false);
        ContentBytes += length;
        _names |= Bit(name);
    }

    /// <summary>Appends an entry, folding the name to lower case; for codecs, whose input is any case.</summary>
    public void AddLowering(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Add(name, value);
        LowerLast();
    }

    /// <summary>
    /// Appends an ordinary header that a codec has checked, as the line that HTTP/1.1 would write: such lines are written on without
    /// looking at them again.
    /// </summary>
    internal void AddLine(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        int length = name.Length + value.Length + LineExtraBytes;
        if (_arena.Length - _arenaLength < length)
        {
            Grow(length);
        }

        int start = _arenaLength;
        Span<byte> line = _arena.AsSpan(start, length);
        name.CopyTo(line);
        line[name.Length] = (byte)':';
        line[name.Length + 1] = (byte)' ';
        value.CopyTo(line[(name.Length + 2)..]);
        line[^2] = (byte)'\r';
        line[^1] = (byte)'\n';
        _arenaLength += length;
        _entries[Count++] = new Entry(start, name.Length, start + name.Length + 2, value.Length, IsLine: true);
        ContentBytes += name.Length + value.Length;
        LowerLast();
    }

    /// <summary>Appends such a line that is whole already, its name in lower case; HTTP/2 keeps them in its table of headers.</summary>
    internal void AddWholeLine(ReadOnlySpan<byte> line, int nameLength)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        if (_arena.Length - _arenaLength < line.Length)
        {
            Grow(line.Length);
        }

        int start = _arenaLength;
        line.CopyTo(_arena.AsSpan(start));
        _arenaLength += line.Length;
        int valueLength = line.Length - nameLength - LineExtraBytes;
        _entries[Count++] = new Entry(start, nameLength, start + nameLength + 2, valueLength, IsLine: true);
        ContentBytes += nameLength + valueLength;
        _names |= Bit(line[..nameLength]);
    }

    /// <summary>The lines of as many entries as follow each other in memory from here on; empty when the entry is none.</summary>
    internal ReadOnlySpan<byte> LinesAt(int index, out int count)
    {
        count = 0;
        int start = _entries[index].NameStart;
        int end = start;
        while (index + count < Count && _entries[index + count] is { IsLine: true } entry && entry.NameStart == end)
        {
            end = entry.ValueStart + entry.ValueLength + 2;
            count++;
        }

        return _arena.AsSpan(start, end - start);
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
        entry = entry with { ValueStart = Store(value), ValueLength = value.Length, IsLine = false };
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
        _names = 0;
    }

    public void CopyFrom(HeaderMap other)
    {
        Clear();
        if (_arena.Length < other._arenaLength)
        {
            Grow(other._arenaLength);
        }

        if (_entries.Length < other.Count)
        {
            _entries = new Entry[other._entries.Length];
        }

        other._arena.AsSpan(0, other._arenaLength).CopyTo(_arena);
        other._entries.AsSpan(0, other.Count).CopyTo(_entries);
        _arenaLength = other._arenaLength;
        Count = other.Count;
        ContentBytes = other.ContentBytes;
        _names = other._names;
    }

    private int Find(ReadOnlySpan<byte> name, int start)
    {
        ReadOnlySpan<Entry> entries = _entries.AsSpan(0, Count);
        for (int i = start; i < entries.Length; i++)
        {
            ref readonly Entry entry = ref entries[i];
            if (entry.NameLength == name.Length && _arena.AsSpan(entry.NameStart, name.Length).SequenceEqual(name))
            {
                return i;
            }
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bit(ReadOnlySpan<byte> name) => name.IsEmpty ? 1 : 1UL << ((name.Length + (name[^1] * 5)) & 63);

    private void LowerLast()
    {
        ref Entry entry = ref _entries[Count - 1];
        Span<byte> name = _arena.AsSpan(entry.NameStart, entry.NameLength);
        System.Text.Ascii.ToLowerInPlace(name, out _);
        _names |= Bit(name);
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

    private readonly record struct Entry(int NameStart, int NameLength, int ValueStart, int ValueLength, bool IsLine);
}
