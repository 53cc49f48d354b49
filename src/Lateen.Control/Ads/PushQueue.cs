namespace Lateen.Control.Ads;

using System.Diagnostics.CodeAnalysis;

/// <summary>
/// Pushes waiting for their proxies, first come first served. A proxy is in the queue at most once and is given at most one push
/// at a time; what arrives meanwhile is merged, so the queue never holds more entries than there are proxies.
/// </summary>
public sealed class PushQueue<TProxy>
    where TProxy : class
{
    private readonly Lock gate = new();
    private readonly LinkedList<TProxy> order = new();
    private readonly Dictionary<TProxy, PushRequest> waiting = [];
    private readonly HashSet<TProxy> underWay = [];
    private readonly SemaphoreSlim available = new(0);

    public int Count
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    public void Enqueue(TProxy proxy, PushRequest request)
    {
        lock (gate)
        {
            if (waiting.TryGetValue(proxy, out PushRequest? earlier))
            {
                waiting[proxy] = earlier.Merge(request);
                return;
            }

            waiting.Add(proxy, request);
            if (!underWay.Contains(proxy))
            {
                Append(proxy);
            }
        }
    }

    /// <summary>Takes the next push whose proxy is free; say <see cref="Done"/> when the proxy has answered.</summary>
    public bool TryDequeue([NotNullWhen(true)] out TProxy? proxy, [NotNullWhen(true)] out PushRequest? request)
    {
        lock (gate)
        {
            proxy = order.First?.Value;
            if (proxy is null)
            {
                request = null;
                return false;
            }

            order.RemoveFirst();
            waiting.Remove(proxy, out request);
            underWay.Add(proxy);
            return request is not null;
        }
    }

    /// <summary>Completes when <see cref="TryDequeue"/> may find something.</summary>
    public Task WaitAsync(CancellationToken cancellation) => available.WaitAsync(cancellation);

    public void Done(TProxy proxy)
    {
        lock (gate)
        {
            if (underWay.Remove(proxy) && waiting.ContainsKey(proxy))
            {
                Append(proxy);
            }
        }
    }

    /// <summary>Forgets a proxy that went away.</summary>
    public void Remove(TProxy proxy)
    {
        lock (gate)
        {
            waiting.Remove(proxy);
            underWay.Remove(proxy);
            order.Remove(proxy);
        }
    }

    private void Append(TProxy proxy)
    {
        order.AddLast(proxy);
        available.Release();
    }
}
