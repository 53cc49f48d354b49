namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.Stats;

/// <summary>A process-wide count with a limit, and the two gauges that Envoy shows of it.</summary>
internal sealed class LimitedCount(Gauge open, Gauge remaining)
{
    private int _count;
    private int _isOpen;
    private long _limit;
    private int _tracksRemaining;

    public int Value => Volatile.Read(ref _count);

    public void SetLimit(uint limit, bool tracksRemaining)
    {
        long before = Volatile.Read(ref _limit);
        bool tracked = Volatile.Read(ref _tracksRemaining) != 0;
        Volatile.Write(ref _limit, limit);
        Volatile.Write(ref _tracksRemaining, tracksRemaining ? 1 : 0);
        if (tracked || tracksRemaining)
        {
            remaining.Add((tracksRemaining ? limit - Value : 0) - (tracked ? before - Value : 0));
        }

        ShowOpen();
    }

    /// <summary>Takes a place when there is one. Taken first and given back, so that workers together never pass the limit.</summary>
    public bool TryAdd(uint most)
    {
        if ((uint)Interlocked.Increment(ref _count) > most)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        Shown(1);
        return true;
    }

    public void Add(int amount)
    {
        Interlocked.Add(ref _count, amount);
        Shown(amount);
    }

    private void Shown(int amount)
    {
        if (Volatile.Read(ref _tracksRemaining) != 0)
        {
            remaining.Add(-amount);
        }

        ShowOpen();
    }

    // Changes of the flag alternate, so the gauge's sum over all workers is right; the loop catches a change that came between.
    private void ShowOpen()
    {
        while (true)
        {
            int full = Value >= Volatile.Read(ref _limit) ? 1 : 0;
            if (Volatile.Read(ref _isOpen) == full)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _isOpen, full, 1 - full) == 1 - full)
            {
                open.Add(full == 1 ? 1 : -1);
            }
        }
    }
}
