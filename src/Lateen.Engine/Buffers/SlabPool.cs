namespace Lateen.Engine.Buffers;

using System.Numerics;
using Lateen.Engine.Native;

/// <summary>
/// A loop's native buffers in sizes 4 KiB, 16 KiB, 64 KiB, 256 KiB and 1 MiB. Free ones are kept for re-use up to a limit; the bytes
/// lent at once have a hard limit, after which the borrower's connection is closed.
/// </summary>
public sealed class SlabPool : IDisposable
{
    internal const int SmallestBytes = 4096;
    internal const int LargestBytes = 1 << 20;
    private const int Classes = 5;

    private readonly Stack<Slab>[] _free = new Stack<Slab>[Classes];
    private readonly long _lentLimitBytes;
    private readonly long _cachedLimitBytes;

    public SlabPool(long lentLimitBytes, long cachedLimitBytes)
    {
        _lentLimitBytes = lentLimitBytes;
        _cachedLimitBytes = cachedLimitBytes;
        for (int i = 0; i < Classes; i++)
        {
            _free[i] = new Stack<Slab>(16);
        }
    }

    /// <summary>Bytes of all slabs in use now.</summary>
    public long LentBytes { get; private set; }

    /// <summary>The most that was ever in use.</summary>
    public long LentBytesHighWater { get; private set; }

    /// <summary>Bytes of free slabs kept for re-use.</summary>
    public long CachedBytes { get; private set; }

    /// <summary>How often a slab was refused because of the limit.</summary>
    public long LimitHits { get; private set; }

    /// <summary>False when <paramref name="minBytes"/> is beyond the largest size or the pool's limit is reached.</summary>
    internal bool TryRent(int minBytes, out Slab slab)
    {
        int index = ClassOf(minBytes);
        if (index >= Classes || LentBytes + BytesOf(index) > _lentLimitBytes)
        {
            LimitHits++;
            slab = default;
            return false;
        }

        if (_free[index].TryPop(out slab))
        {
            CachedBytes -= slab.Capacity;
        }
        else
        {
            slab = Slab.Allocate(BytesOf(index));
        }

        LentBytes += slab.Capacity;
        LentBytesHighWater = Math.Max(LentBytesHighWater, LentBytes);
        return true;
    }

    internal void Return(Slab slab)
    {
        LentBytes -= slab.Capacity;
        if (CachedBytes + slab.Capacity > _cachedLimitBytes)
        {
            slab.Free();
            return;
        }

        CachedBytes += slab.Capacity;
        _free[ClassOf(slab.Capacity)].Push(slab);
    }

    public void Dispose()
    {
        foreach (Stack<Slab> free in _free)
        {
            while (free.TryPop(out Slab slab))
            {
                slab.Free();
            }
        }

        CachedBytes = 0;
    }

    private static int BytesOf(int index) => SmallestBytes << (2 * index);

    private static int ClassOf(int bytes) =>
        bytes <= SmallestBytes ? 0 : (BitOperations.Log2((uint)(bytes - 1) >> 12) / 2) + 1;
}
