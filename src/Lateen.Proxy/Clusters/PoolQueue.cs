namespace Lateen.Proxy.Clusters;

/// <summary>The requests that wait for a connection of one pool, in order of arrival; linked, so that one may leave from the middle.</summary>
internal sealed class PoolQueue(HttpPool pool)
{
    private PoolRequest? _last;

    public PoolRequest? First { get; private set; }

    public int Count { get; private set; }

    private ClusterStats Stats => pool.Host.Cluster.Stats;

    /// <summary>Its place in the circuit breaker was taken.</summary>
    public void Add(PoolRequest request)
    {
        request.WaitingIn = pool;
        request.Previous = _last;
        request.Next = null;
        if (_last is null)
        {
            First = request;
        }
        else
        {
            _last.Next = request;
        }

        _last = request;
        Count++;
        Stats.PendingActive.Increment();
    }

    public void Remove(PoolRequest request)
    {
        if (request.Previous is null)
        {
            First = request.Next;
        }
        else
        {
            request.Previous.Next = request.Next;
        }

        if (request.Next is null)
        {
            _last = request.Previous;
        }
        else
        {
            request.Next.Previous = request.Previous;
        }

        request.Next = request.Previous = null;
        request.WaitingIn = null;
        Count--;
        request.Breakers?.RemovePending();
        Stats.PendingActive.Decrement();
    }
}
