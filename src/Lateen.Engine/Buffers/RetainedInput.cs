namespace Lateen.Engine.Buffers;

using Lateen.Engine.Native;

/// <summary>The unconsumed tail of a connection's input, contiguous, in one slab. Holds no memory while empty.</summary>
internal struct RetainedInput
{
    public const int ReadRoomBytes = 2048;

    private Slab _slab;
    private int _start;
    private int _end;

    public readonly bool IsEmpty => _start == _end;

    public readonly int Length => _end - _start;

    public readonly ReadOnlySpan<byte> Bytes => _slab.IsNone ? default : _slab.Span[_start.._end];

    /// <summary>Keeps a tail that a handler did not consume; only while empty.</summary>
    public bool TryKeep(SlabPool pool, ReadOnlySpan<byte> tail)
    {
        if (!pool.TryRent(tail.Length + ReadRoomBytes, out _slab))
        {
            return false;
        }

        tail.CopyTo(_slab.Span);
        _start = 0;
        _end = tail.Length;
        return true;
    }

    /// <summary>Room behind the kept bytes to read into; empty when the largest slab is full or the pool refuses.</summary>
    public Span<byte> Room(SlabPool pool, int least = ReadRoomBytes)
    {
        if (_slab.Capacity - _end < least)
        {
            MakeRoom(pool, least);
        }

        return _slab.Span[_end..];
    }

    public void Received(int count) => _end += count;

    /// <summary>Keeps more bytes behind the kept ones; false when there is no room for all of them.</summary>
    public bool TryAppend(SlabPool pool, ReadOnlySpan<byte> bytes)
    {
        if (IsEmpty)
        {
            return TryKeep(pool, bytes);
        }

        while (!bytes.IsEmpty)
        {
            Span<byte> room = Room(pool);
            int count = Math.Min(room.Length, bytes.Length);
            if (count == 0)
            {
                return false;
            }

            bytes[..count].CopyTo(room);
            bytes = bytes[count..];
            _end += count;
        }

        return true;
    }

    public void Consume(SlabPool pool, int count)
    {
        _start += count;
        if (_start == _end)
        {
            Clear(pool);
        }
    }

    public void Clear(SlabPool pool)
    {
        if (!_slab.IsNone)
        {
            pool.Return(_slab);
            _slab = default;
        }

        _start = 0;
        _end = 0;
    }

    private void MakeRoom(SlabPool pool, int least)
    {
        int length = _end - _start;
        if (_start > 0 && _slab.Capacity - length >= least)
        {
            Bytes.CopyTo(_slab.Span);
        }
        else if (pool.TryRent(Math.Max(_slab.Capacity + 1, length + least), out Slab larger))
        {
            Bytes.CopyTo(larger.Span);
            pool.Return(_slab);
            _slab = larger;
        }
        else
        {
            return;
        }

        _start = 0;
        _end = length;
    }
}
