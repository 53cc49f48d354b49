namespace Lateen.Engine.Http;

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lateen.Engine.Buffers;
using Lateen.Engine.Http1;

/// <summary>
/// The header block of one canonical HTTP message: names in lower case, pseudo-headers (:method, :scheme, :authority, :path,
/// :status) as ordinary entries, everything as bytes in one re-used arena, so that a warm map allocates nothing.
/// A span that came from the map is valid until the next change.
/// </summary>
public sealed class HeaderMap
{
    private const int InitialArenaBytes = 1024;

    // A multiple of the keys that are looked at together, and so are its doubles.
    private const int InitialEntries = 24;

    // ": " and CRLF.
    internal const int LineExtraBytes = HeaderEntry.LineExtraBytes;

    private byte[] _arena = new byte[InitialArenaBytes];
    private HeaderEntry[] _entries = new HeaderEntry[InitialEntries];

    private HeaderKeys _keys = new(InitialEntries);
    private int _arenaLength;
    private int _stagedEnd;

    // ": " and CRLF as they lie in memory.
    internal static ushort Separator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => MemoryMarshal.Read<ushort>(": "u8);
    }

    internal static ushort LineEnd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => MemoryMarshal.Read<ushort>("\r\n"u8);
    }

    public int Count { get; private set; }

    /// <summary>Sum of the lengths of all names and values, in bytes.</summary>
    public int ContentBytes { get; private set; }

    /// <summary>What the map has grown to; pools let go of those that a large head blew up.</summary>
    internal int ArenaBytes => _arena.Length;

    public ReadOnlySpan<byte> NameAt(int index)
    {
        ref readonly HeaderEntry entry = ref _entries[index];
        return new ReadOnlySpan<byte>(_arena, entry.Start, entry.NameLength);
    }

    public ReadOnlySpan<byte> ValueAt(int index)
    {
        ref readonly HeaderEntry entry = ref _entries[index];
        return new ReadOnlySpan<byte>(_arena, entry.ValueStart, entry.ValueLength);
    }

    /// <summary>Index of the first entry with this lower-case name, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexOf(ReadOnlySpan<byte> name, int start = 0)
    {
        uint key = HeaderKey.Of(name);
        return !_keys.MayHold(key) ? -1 : Find(name, key, start);
    }

    /// <summary>The first value of a header.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int index = IndexOf(name);
        value = index < 0 ? default : ValueAt(index);
        return index >= 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> GetOrEmpty(ReadOnlySpan<byte> name)
    {
        int index = IndexOf(name);
        return index < 0 ? default : ValueAt(index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(ReadOnlySpan<byte> name) => IndexOf(name) >= 0;

    /// <summary>Index of the last entry before <paramref name="end"/> whose name begins with these eight bytes, or -1.</summary>
    public int LastIndexOfPrefix(ReadOnlySpan<byte> prefix, int end)
    {
        ulong wanted = MemoryMarshal.Read<ulong>(prefix);
        ReadOnlySpan<byte> arena = _arena;
        ReadOnlySpan<HeaderEntry> entries = _entries.AsSpan(0, end);
        for (int i = entries.Length - 1; i >= 0; i--)
        {
            if (entries[i].NameLength >= sizeof(ulong) && MemoryMarshal.Read<ulong>(arena[entries[i].Start..]) == wanted)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Appends an entry. The name must be lower case already; the value must not point into this map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Append(name, value, HeaderKey.Of(name));

    /// <summary>
    /// Appends a header of our own making: an ordinary name and a value of printable characters. Nobody looks at it again before it is
    /// written.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddOwn(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Append(name, value, HeaderKey.Of(name));
        _entries[Count - 1].Form = EntryForm.Line;
    }

    /// <summary>Appends an entry, folding the name to lower case; for codecs, whose input is any case.</summary>
    public void AddLowering(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Reserve(name.Length + value.Length + LineExtraBytes);
        int start = _arenaLength;
        Store(ref _entries[Count], name, value);
        ToLower(_arena.AsSpan(start, name.Length));
        AddEntry(start, name.Length, value.Length, EntryForm.Unknown);
    }

    /// <summary>
    /// Appends an ordinary header that a codec has checked: such lines are written on without looking at them again.
    /// </summary>
    internal void AddLine(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        AddLowering(name, value);
        _entries[Count - 1].Form = EntryForm.Line;
    }

    /// <summary>The same for a line that is whole already, its name in lower case: "name: value" CRLF.</summary>
    internal void AddWholeLine(ReadOnlySpan<byte> line, int nameLength)
    {
        Reserve(line.Length);
        int start = _arenaLength;
        line.CopyTo(_arena.AsSpan(start));
        _arenaLength = start + line.Length;
        AddEntry(start, nameLength, line.Length - nameLength - LineExtraBytes, EntryForm.Line);
    }

    /// <summary>Appends a pseudo-header that the source text has as a line; inlined, its key and its copying are constants.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddPseudo(ReadOnlySpan<byte> line, int nameLength)
    {
        Reserve(line.Length);
        int start = _arenaLength;
        line.CopyTo(_arena.AsSpan(start));
        _arenaLength = start + line.Length;
        AddEntry(start, nameLength, line.Length - nameLength - LineExtraBytes, EntryForm.Other, HeaderKey.Of(line[..nameLength]));
    }

    /// <summary>
    /// Takes in a piece of a message that holds header lines, zeros behind it; returns where it lies. Those that are found become
    /// entries as they lie there.
    /// </summary>
    internal int Stage(ReadOnlySpan<byte> lines)
    {
        Reserve(lines.Length + HeaderLine.PaddingBytes);
        int start = _arenaLength;
        lines.CopyTo(_arena.AsSpan(start));
        _arena.AsSpan(start + lines.Length, HeaderLine.PaddingBytes).Clear();
        _stagedEnd = start + lines.Length + HeaderLine.PaddingBytes;
        _arenaLength = _stagedEnd;
        return start;
    }

    /// <summary>What was staged, and all before it; another after each entry added otherwise.</summary>
    internal ReadOnlySpan<byte> Staged => new(_arena, 0, _stagedEnd);

    internal void LowerStaged(int start, int nameLength) => ToLower(_arena.AsSpan(start, nameLength));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddStaged(int start, int nameLength, int valueLength, EntryForm form)
    {
        if (Count == _entries.Length)
        {
            Grow(0);
        }

        AddEntry(start, nameLength, valueLength, form);
    }

    /// <summary>Lets go of what was staged and not used, unless something lies behind it by now.</summary>
    internal void Unstage(int usedEnd)
    {
        if (_arenaLength == _stagedEnd)
        {
            _arenaLength = usedEnd;
        }
    }

    /// <summary>Writes the lines of all entries that are ordinary headers, one after the other; returns how many bytes.</summary>
    internal int CopyLines(Span<byte> target)
    {
        Span<HeaderEntry> entries = _entries.AsSpan(0, Count);
        int written = 0;
        int next = 0;
        while (next < entries.Length)
        {
            ref HeaderEntry first = ref entries[next++];
            if (first.Form is not EntryForm.Line && !IsLine(ref first))
            {
                continue;
            }

            // Lines that follow each other in memory are one copy.
            int end = first.End;
            while (next < entries.Length && entries[next].Form is EntryForm.Line && entries[next].Start == end)
            {
                end = entries[next++].End;
            }

            ReadOnlySpan<byte> lines = _arena.AsSpan(first.Start, end - first.Start);
            lines.CopyTo(target[written..]);
            written += lines.Length;
        }

        return written;
    }

    /// <summary>Appends headers that were put together before, all at once.</summary>
    public void AddAll(HeaderBlock block)
    {
        int first = Count;
        HeaderBlock.Entry[] entries = block.Entries;
        while (_entries.Length - first < entries.Length)
        {
            Array.Resize(ref _entries, _entries.Length * 2);
            _keys.Grow(_entries.Length);
        }

        Reserve(block.Lines.Length);
        int start = _arenaLength;
        block.Lines.CopyTo(_arena.AsSpan(start));
        for (int i = 0; i < entries.Length; i++)
        {
            ref readonly HeaderBlock.Entry added = ref entries[i];
            ref HeaderEntry entry = ref _entries[first + i];
            entry.Start = start + added.Start;
            entry.NameLength = added.NameLength;
            entry.ValueLength = added.ValueLength;
            entry.Form = EntryForm.Line;
            _keys.Set(first + i, added.Key);
        }

        _arenaLength = start + block.Lines.Length;
        ContentBytes += block.Lines.Length - (LineExtraBytes * entries.Length);
        Count = first + entries.Length;
    }

    // The colon is that of a pseudo-header, or the one after an empty name.
    private bool IsLine(ref HeaderEntry entry) => entry.Form is not EntryForm.Other && _arena[entry.Start] != ':' && Examine(ref entry);

    /// <summary>Replaces every entry of this name by one, in the place of the first; appends when there was none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Put(name, value);

    /// <summary>The same for a header of our own making (<see cref="AddOwn"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetOwn(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        // Put may let the entries grow.
        int index = Put(name, value);
        _entries[index].Form = EntryForm.Line;
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
        _keys.RemoveAt(index, Count);
        Count--;
        Array.Copy(_entries, index + 1, _entries, index, Count - index);
    }

    public void Clear()
    {
        Count = 0;
        _arenaLength = 0;
        ContentBytes = 0;
        _keys.Clear();
    }

    public void CopyFrom(HeaderMap other)
    {
        Clear();
        if (_arena.Length < other._arenaLength + HeaderLine.PaddingBytes)
        {
            Grow(other._arenaLength);
        }

        if (_entries.Length < other.Count)
        {
            _entries = new HeaderEntry[other._entries.Length];
        }

        other._arena.AsSpan(0, other._arenaLength).CopyTo(_arena);
        other._entries.AsSpan(0, other.Count).CopyTo(_entries);
        _keys.CopyFrom(other._keys, other.Count);
        _arenaLength = other._arenaLength;
        Count = other.Count;
        ContentBytes = other.ContentBytes;
    }

    private int Find(ReadOnlySpan<byte> name, uint key, int start)
    {
        while (true)
        {
            int index = _keys.Find(key, start, Count);
            if (index < 0 || NameAt(index).SequenceEqual(name))
            {
                return index;
            }

            start = index + 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Put(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        uint key = HeaderKey.Of(name);
        if (_keys.MayHold(key))
        {
            return Replace(name, value, key);
        }

        Append(name, value, key);
        return Count - 1;
    }

    private void Append(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint key)
    {
        Reserve(name.Length + value.Length + LineExtraBytes);
        int index = Count;
        Store(ref _entries[index], name, value);
        _keys.Set(index, key);
        ContentBytes += name.Length + value.Length;
        Count = index + 1;
    }

    // An entry whose line lies in the arena.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddEntry(int start, int nameLength, int valueLength, EntryForm form) =>
        AddEntry(start, nameLength, valueLength, form, HeaderKey.Of(new ReadOnlySpan<byte>(_arena, start, nameLength)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddEntry(int start, int nameLength, int valueLength, EntryForm form, uint key)
    {
        int index = Count;
        ref HeaderEntry entry = ref _entries[index];
        entry.Start = start;
        entry.NameLength = nameLength;
        entry.ValueLength = valueLength;
        entry.Form = form;
        _keys.Set(index, key);
        ContentBytes += nameLength + valueLength;
        Count = index + 1;
    }

    // Where the entry is then.
    private int Replace(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint key)
    {
        int index = Find(name, key, 0);
        if (index < 0)
        {
            Append(name, value, key);
            return Count - 1;
        }

        for (int other = Find(name, key, index + 1); other >= 0; other = Find(name, key, other))
        {
            RemoveAt(other);
        }

        ContentBytes += value.Length - _entries[index].ValueLength;
        Reserve(name.Length + value.Length + LineExtraBytes);
        Store(ref _entries[index], name, value);
        return index;
    }

    private static void ToLower(Span<byte> name)
    {
        foreach (ref byte letter in name)
        {
            letter |= (byte)((uint)(letter - 'A') <= 'Z' - 'A' ? 0x20 : 0);
        }
    }

    // What somebody added may be anything; whether HTTP/1.1 can write it is asked once.
    private bool Examine(ref HeaderEntry entry)
    {
        // The arena has room enough behind its last line.
        bool plain = HeaderLine.TryRead(_arena, entry.Start, out HeaderLine line)
            && line.NameLength == entry.NameLength && line.ValueLength == entry.ValueLength;
        if (plain && HeaderNames.IsOrdinary(line.NameLength))
        {
            entry.Form = EntryForm.Line;
            return true;
        }

        entry.Form = HeadWriter.FormOf(_arena.AsSpan(entry.Start, entry.NameLength), _arena.AsSpan(entry.ValueStart, entry.ValueLength), plain);
        if (entry.Form is EntryForm.Te)
        {
            // Without "Connection: TE", as Envoy sends it: servers that compare Connection as one word exist.
            ContentBytes += "trailers"u8.Length - entry.ValueLength;
            ReserveBytes("te: trailers\r\n"u8.Length);
            Store(ref entry, "te"u8, "trailers"u8);
            entry.Form = EntryForm.Line;
        }

        return entry.Form is EntryForm.Line;
    }

    // The name and the value may lie in this map's arena: what is stored lies behind, and a grown arena is another.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(ref HeaderEntry entry, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        // In bounds: the caller has reserved the length of the line.
        int start = _arenaLength;
        ref byte to = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_arena), start);
        entry.Start = start;
        entry.NameLength = name.Length;
        entry.ValueLength = value.Length;
        entry.Form = EntryForm.Unknown;
        _arenaLength = start + name.Length + value.Length + LineExtraBytes;
        ShortCopy.To(name, ref to);
        to = ref Unsafe.Add(ref to, name.Length);
        Unsafe.WriteUnaligned(ref to, Separator);
        to = ref Unsafe.Add(ref to, HeaderEntry.SeparatorBytes);
        ShortCopy.To(value, ref to);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, value.Length), LineEnd);
    }

    // Room for one more entry and so many bytes, and behind them for what HeaderLine reads ahead.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int bytes)
    {
        if (Count == _entries.Length || _arena.Length - HeaderLine.PaddingBytes - _arenaLength < bytes)
        {
            Grow(bytes);
        }
    }

    private void Grow(int needed)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
            _keys.Grow(Count * 2);
        }

        ReserveBytes(needed);
    }

    private void ReserveBytes(int needed)
    {
        needed += _arenaLength + HeaderLine.PaddingBytes;
        if (_arena.Length < needed)
        {
            // A fresh array, so that a caller's span into the old one stays readable for the rest of its call.
            byte[] larger = new byte[Math.Max(_arena.Length * 2, needed)];
            _arena.AsSpan(0, _arenaLength).CopyTo(larger);
            _arena = larger;
        }
    }
}
