namespace Lateen.Engine.Http2;

using System.Buffers.Binary;
using Lateen.Engine.Http;
using Lateen.Engine.Http1;

/// <summary>
/// Writes header blocks (RFC 7541). Values that repeat go into the dynamic table; of names whose values do not, only the name; secrets
/// never (section 7.1.3).
/// </summary>
internal sealed class HpackEncoder
{
    // What the peer's decoder assumes until it is told otherwise (RFC 9113 section 6.5.2).
    private const int InitialTableBytes = 4096;

    // A value that large would push everything else out.
    private const int MaxIndexedBytes = 1024;

    private const int FirstDynamic = HpackStaticTable.Count + 1;

    // As other implementations: a short cookie can be guessed byte by byte.
    private const int ShortCookieBytes = 20;

    // A power of two; later fields of a long head share the guesses of the first.
    private const int Guesses = 32;

    private readonly HpackDynamicTable _table;
    private uint[] _hashes = [];
    private uint[] _nameHashes = [];

    // How the field at this place of the last block was written: heads of a connection resemble each other.
    private Guess[] _guesses = [];
    private int _smallestSize = -1;
    private int _newSize = -1;

    public HpackEncoder(int tableBytes)
    {
        _table = new HpackDynamicTable(tableBytes);
        _table.SetMaxSize(InitialTableBytes);
        if (tableBytes < InitialTableBytes)
        {
            _smallestSize = tableBytes;
            _newSize = tableBytes;
        }
    }

    private enum Policy : byte
    {
        Index,
        IndexName,
        Plain,
        Never,
        Drop,
    }

    private enum GuessKind : byte
    {
        None,
        StaticEntry,
        StaticName,
        Entry,
        EntryName,
    }

    /// <summary>The peer's SETTINGS_HEADER_TABLE_SIZE; told to it at the beginning of the next block (RFC 7541 section 4.2).</summary>
    public void SetPeerLimit(int peerBytes)
    {
        int size = Math.Min(peerBytes, _table.LimitBytes);
        int current = _newSize >= 0 ? _newSize : _table.MaxSize;
        if (size == current)
        {
            return;
        }

        _smallestSize = _smallestSize < 0 ? size : Math.Min(_smallestSize, size);
        _newSize = size;
    }

    /// <summary>The most bytes that a map can take.</summary>
    public static int MaxLength(HeaderMap headers) => headers.ContentBytes + (headers.Count * 16) + 32;

    /// <summary>Writes a block: pseudo-headers first (RFC 9113 section 8.3), connection-specific ones not at all. Returns its length.</summary>
    public int Encode(HeaderMap headers, Span<byte> target)
    {
        var writer = new HpackWriter(target);
        if (_guesses.Length == 0)
        {
            _guesses = new Guess[Guesses];
        }

        if (_newSize >= 0)
        {
            WriteSizeUpdates(ref writer);
        }

        bool hasAuthority = false;
        int first = 0;
        if (headers.Count > 0 && headers.NameAt(0).SequenceEqual(":status"u8))
        {
            // The only one that a response has.
            Write(ref writer, 0, ":status"u8, headers.ValueAt(0));
            first = 1;
        }

        for (int i = first == 0 ? 0 : headers.Count; i < headers.Count; i++)
        {
            ReadOnlySpan<byte> name = headers.NameAt(i);
            if (!name.IsEmpty && name[0] == ':')
            {
                hasAuthority |= name.Length == 10;
                Write(ref writer, i, name, headers.ValueAt(i));
            }
        }

        for (int i = first; i < headers.Count; i++)
        {
            ReadOnlySpan<byte> name = headers.NameAt(i);
            if (name.IsEmpty || name[0] == ':' || (hasAuthority && name.SequenceEqual("host"u8)))
            {
                continue;
            }

            Write(ref writer, i, name, headers.ValueAt(i));
        }

        return writer.Length;
    }

    private void WriteSizeUpdates(ref HpackWriter writer)
    {
        if (_smallestSize < _newSize)
        {
            _table.SetMaxSize(_smallestSize);
            writer.Integer(_smallestSize, 5, 0x20);
        }

        _table.SetMaxSize(_newSize);
        writer.Integer(_newSize, 5, 0x20);
        _smallestSize = -1;
        _newSize = -1;
    }

    private void Write(ref HpackWriter writer, int place, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ref Guess guess = ref _guesses[place & (Guesses - 1)];
        if (!TryGuess(ref writer, guess, name, value))
        {
            guess = WriteUnguessed(ref writer, name, value);
        }
    }

    private bool TryGuess(ref HpackWriter writer, Guess guess, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int index = (int)(_table.Added - 1 - guess.Number);
        switch (guess.Kind)
        {
            case GuessKind.Entry when (uint)index < (uint)_table.Count && _table.IsAt(index, name, value):
                writer.Integer(FirstDynamic + index, 7, 0x80);
                return true;
            case GuessKind.EntryName when (uint)index < (uint)_table.Count && name.SequenceEqual(_table.NameAt(index)):
                writer.Integer(FirstDynamic + index, 4, 0);
                writer.String(value);
                return true;
            case GuessKind.StaticEntry when value.SequenceEqual(HpackStaticTable.ValueAt((int)guess.Number))
                && name.SequenceEqual(HpackStaticTable.NameAt((int)guess.Number)):
                writer.Integer((int)guess.Number, 7, 0x80);
                return true;
            case GuessKind.StaticName when name.SequenceEqual(HpackStaticTable.NameAt((int)guess.Number)):
                writer.Integer((int)guess.Number, 4, 0);
                writer.String(value);
                return true;
            default:
                return false;
        }
    }

    private Guess WriteUnguessed(ref HpackWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int nameIndex = HpackStaticTable.IndexOfName(name);
        if (nameIndex > 0 && HpackStaticTable.IndexOfValue(nameIndex, value) is var whole and > 0)
        {
            writer.Integer(whole, 7, 0x80);
            return new Guess(GuessKind.StaticEntry, (uint)whole);
        }

        Policy policy = PolicyOf(name, value);
        if (policy is Policy.Drop)
        {
            return default;
        }

        uint nameHash = Hash(name, (uint)name.Length);
        uint hash = 0;
        if (policy is Policy.Index)
        {
            hash = Hash(value, nameHash);
            if (Find(_hashes, hash, name, value, matchValue: true) is var found and > 0)
            {
                writer.Integer(found, 7, 0x80);
                return new Guess(GuessKind.Entry, NumberOf(found));
            }
        }

        if (nameIndex == 0)
        {
            nameIndex = Find(_nameHashes, nameHash, name, default, matchValue: false);
        }

        // Of a name whose values never repeat one entry is enough: the rest of the table is for what does repeat.
        bool add = policy is Policy.Index || (policy is Policy.IndexName && nameIndex == 0);
        byte pattern = add ? (byte)0x40 : policy is Policy.Never ? (byte)0x10 : (byte)0;
        writer.Integer(nameIndex, add ? 6 : 4, pattern);
        if (nameIndex == 0)
        {
            writer.String(name);
        }

        writer.String(value);
        if (add)
        {
            return TryRemember(name, value, nameHash, hash)
                ? new Guess(policy is Policy.Index ? GuessKind.Entry : GuessKind.EntryName, _table.Added - 1)
                : default;
        }

        // Values of pseudo-headers may stand in the static table, whatever the last one was.
        return policy is not Policy.IndexName || name[0] == ':' ? default
            : nameIndex <= HpackStaticTable.Count ? new Guess(GuessKind.StaticName, (uint)nameIndex)
            : new Guess(GuessKind.EntryName, NumberOf(nameIndex));
    }

    private uint NumberOf(int index) => _table.Added - 1 - (uint)(index - FirstDynamic);

    private bool TryRemember(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint nameHash, uint hash)
    {
        if (!_table.TryAdd(name, value))
        {
            return false;
        }

        if (_hashes.Length != _table.Slots)
        {
            _hashes = new uint[_table.Slots];
            _nameHashes = new uint[_table.Slots];
        }

        _hashes[_table.NewestSlot] = hash;
        _nameHashes[_table.NewestSlot] = nameHash;
        return true;
    }

    // The index space's number of an entry of the dynamic table, or 0.
    private int Find(uint[] hashes, uint hash, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool matchValue)
    {
        for (int from = 0; from < hashes.Length; from++)
        {
            int offset = hashes.AsSpan(from).IndexOf(hash);
            if (offset < 0)
            {
                return 0;
            }

            from += offset;
            int index = (_table.NewestSlot - from) & (hashes.Length - 1);
            if (index < _table.Count && name.SequenceEqual(_table.NameAt(index))
                && (!matchValue || value.SequenceEqual(_table.ValueAt(index))))
            {
                return FirstDynamic + index;
            }
        }

        return 0;
    }

    private static Policy PolicyOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (HeaderNames.Classify(name))
        {
            case HeaderKind.Connection:
            case HeaderKind.TransferEncoding:
            case HeaderKind.Upgrade:
            case HeaderKind.Dropped:
                return Policy.Drop;
            case HeaderKind.Te:
                return value.SequenceEqual("trailers"u8) ? Policy.Index : Policy.Drop;
            case HeaderKind.ContentLength:
                return Policy.IndexName;
        }

        bool secret = name.Length switch
        {
            6 => name.SequenceEqual("cookie"u8) && value.Length < ShortCookieBytes,
            10 => name.SequenceEqual("set-cookie"u8),
            13 => name.SequenceEqual("authorization"u8),
            19 => name.SequenceEqual("proxy-authorization"u8),
            _ => false,
        };
        return secret ? Policy.Never
            : value.Length > MaxIndexedBytes ? Policy.Plain
            : Varies(name) ? Policy.IndexName
            : Policy.Index;
    }

    // Names whose value is another in nearly every message.
    private static bool Varies(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 => name.SequenceEqual("age"u8),
        4 => name.SequenceEqual("etag"u8),
        5 => name.SequenceEqual(":path"u8) || name.SequenceEqual("range"u8),
        8 => name.SequenceEqual("location"u8),
        10 => name.SequenceEqual("tracestate"u8),
        11 => name.SequenceEqual("traceparent"u8) || name.SequenceEqual("x-b3-spanid"u8),
        12 => name.SequenceEqual("x-request-id"u8) || name.SequenceEqual("grpc-timeout"u8) || name.SequenceEqual("x-b3-traceid"u8),
        13 => name.SequenceEqual("content-range"u8) || name.SequenceEqual("if-none-match"u8) || name.SequenceEqual("last-modified"u8),
        17 => name.SequenceEqual("x-b3-parentspanid"u8) || name.SequenceEqual("if-modified-since"u8),
        29 => name.SequenceEqual("x-envoy-upstream-service-time"u8),
        _ => false,
    };

    private static uint Hash(ReadOnlySpan<byte> bytes, uint seed)
    {
        ulong hash = seed;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        ulong rest = (ulong)bytes.Length;
        foreach (byte value in bytes)
        {
            rest = (rest << 8) | value;
        }

        hash = Mix(hash ^ rest);

        // 0 marks a slot that was never used.
        return (uint)hash | 1;
    }

    private static ulong Mix(ulong value)
    {
        value *= 0x9E37_79B9_7F4A_7C15;
        return value ^ (value >> 32);
    }

    private readonly record struct Guess(GuessKind Kind, uint Number);
}
