namespace Lateen.Proxy.Clusters;

/// <summary>Requests and successes of one host in the current interval.</summary>
internal sealed class SuccessCount
{
    private long _total;
    private long _success;

    public void Add(bool success)
    {
        Interlocked.Increment(ref _total);
        if (success)
        {
            Interlocked.Increment(ref _success);
        }
    }

    /// <summary>What the interval brought, and starts the next.</summary>
    public (long Total, long Success) Take()
    {
        long success = Interlocked.Exchange(ref _success, 0);
        return (Math.Max(success, Interlocked.Exchange(ref _total, 0)), success);
    }
}
