namespace Lateen.Engine.Http;

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

/// <summary>The keys (<see cref="HeaderKey"/>) of a map's entries, beside each other, so that a name is looked for in eight at a time.</summary>
internal struct HeaderKeys(int capacity)
{
    /// <summary>The capacity is a multiple of this.</summary>
    private const int PerBlock = 8;

    private uint[] _keys = new uint[capacity];

    // A bit for each name ever added: most names that are asked for are not there.
    private ulong _names;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool MayHold(uint key) => (_names & HeaderKey.Bit(key)) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int index, uint key)
    {
        _keys[index] = key;
        _names |= HeaderKey.Bit(key);
    }

    /// <summary>The first entry from <paramref name="start"/> on with this key, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int Find(uint key, int start, int count)
    {
        // In bounds: there are as many keys as entries, at least the count, and a multiple of a block. What lies behind is old.
        ref uint keys = ref MemoryMarshal.GetArrayDataReference(_keys);
        Vector256<uint> wanted = Vector256.Create(key);
        uint from = uint.MaxValue << (start & (PerBlock - 1));
        for (int block = start & -PerBlock; block < count; block += PerBlock)
        {
            uint hits = Vector256.Equals(Vector256.LoadUnsafe(ref keys, (nuint)block), wanted).ExtractMostSignificantBits() & from;
            if (hits != 0)
            {
                int index = block + BitOperations.TrailingZeroCount(hits);
                return index < count ? index : -1;
            }

            from = uint.MaxValue;
        }

        return -1;
    }

    public readonly void RemoveAt(int index, int count) => Array.Copy(_keys, index + 1, _keys, index, count - index - 1);

    public void Grow(int capacity) => Array.Resize(ref _keys, capacity);

    public void Clear() => _names = 0;

    public void CopyFrom(in HeaderKeys other, int count)
    {
        if (_keys.Length < other._keys.Length)
        {
            _keys = new uint[other._keys.Length];
        }

        other._keys.AsSpan(0, count).CopyTo(_keys);
        _names = other._names;
    }
}
