namespace Lateen.Engine.Buffers;

using Lateen.Engine.Native;

/// <summary>Bytes waiting to be sent, in slabs that are given back as they empty. Holds no memory while empty.</summary>
internal struct OutputQueue
{
    // Large transfers go out in few system calls; the first slab fits what is written, usually one response.
    private const int FollowingSlabBytes = 64 * 1024;

    private Slab[]? _slabs;
    private Slab _tail;
    private int _head;
    private int _slabCount;
    private int _headOffset;
    private int _tailLength;

    public int Length { get; private set; }

    public readonly bool IsEmpty => Length == 0;

    /// <summary>The first contiguous run of pending bytes.</summary>
    public readonly ReadOnlySpan<byte> First => Run(0);

    /// <summary>Contiguous runs of pending bytes.</summary>
    public readonly int RunCount => _slabCount;

    public readonly ReadOnlySpan<byte> Run(int index)
    {
        if (_slabs is null || index >= _slabCount)
        {
            return default;
        }

        Slab slab = _slabs[(_head + index) & (_slabs.Length - 1)];
        int end = index == _slabCount - 1 ? _tailLength : slab.Capacity;
        return slab.Span[(index == 0 ? _headOffset : 0)..end];
    }

    /// <summary>False when the pool has no slab left; the queue is then incomplete and the connection must be closed.</summary>
    public bool TryAppend(SlabPool pool, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_tailLength == _tail.Capacity && !TryAddSlab(pool, bytes.Length))
            {
                return false;
            }

            Span<byte> room = _tail.Span[_tailLength..];
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            bytes = bytes[count..];
            _tailLength += count;
            Length += count;
        }

        return true;
    }

    public void Consume(SlabPool pool, int count)
    {
        Length -= count;
        _headOffset += count;
        while (_slabs is not null && _slabCount > 0)
        {
            int end = _slabCount == 1 ? _tailLength : _slabs[_head].Capacity;
            if (_headOffset < end)
            {
                return;
            }

            _headOffset -= end;
            pool.Return(_slabs[_head]);
            _head = (_head + 1) & (_slabs.Length - 1);
            _slabCount--;
        }

        _headOffset = 0;
        _tailLength = 0;
        _tail = default;
    }

    public void Clear(SlabPool pool) => Consume(pool, Length);

    private bool TryAddSlab(SlabPool pool, int needed)
    {
        int size = _slabCount == 0 ? Math.Min(needed, FollowingSlabBytes) : FollowingSlabBytes;
        if (!pool.TryRent(size, out Slab slab))
        {
            return false;
        }

        _slabs ??= new Slab[2];
        if (_slabCount == _slabs.Length)
        {
            var larger = new Slab[_slabs.Length * 2];
            for (int i = 0; i < _slabCount; i++)
            {
                larger[i] = _slabs[(_head + i) & (_slabs.Length - 1)];
            }

            _slabs = larger;
            _head = 0;
        }

        _slabs[(_head + _slabCount) & (_slabs.Length - 1)] = slab;
        _slabCount++;
        _tail = slab;
        _tailLength = 0;
        return true;
    }
}
