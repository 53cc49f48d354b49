namespace Lateen.Local.Controllers;

using System.Collections.Concurrent;
using Lateen.Local.Cluster;

/// <summary>One informer per type, shared by all controllers; types that appear later (CRDs) start when first asked for.</summary>
internal sealed class InformerSet(IClusterClient client, ControllerLog log, TimeProvider time, CancellationToken cancel)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceType, (Informer Informer, CancellationTokenSource Stop)> _informers = [];
    private readonly ConcurrentBag<Task> _running = [];
    private bool _started;

    public Informer For(ResourceType type)
    {
        lock (_gate)
        {
            if (_informers.TryGetValue(type, out var known))
            {
                return known.Informer;
            }

            Informer informer = new(client, type, log, time);
            CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            _informers[type] = (informer, stop);
            if (_started)
            {
                Run(informer, stop);
            }

            return informer;
        }
    }

    public Informer[] All()
    {
        lock (_gate)
        {
            return [.. _informers.Values.Select(i => i.Informer)];
        }
    }

    /// <summary>Stops watching a type whose definition is gone.</summary>
    public void Remove(ResourceType type)
    {
        lock (_gate)
        {
            if (_informers.Remove(type, out var removed))
            {
                removed.Stop.Cancel();
            }
        }
    }

    public void Start()
    {
        lock (_gate)
        {
            _started = true;
            foreach ((Informer informer, CancellationTokenSource stop) in _informers.Values)
            {
                Run(informer, stop);
            }
        }
    }

    // On a thread of its own: the API in this process may answer at once, and an answer may ask this set for another informer.
    private void Run(Informer informer, CancellationTokenSource stop) => _running.Add(Task.Run(() => informer.RunAsync(stop.Token), stop.Token));

    public Task StoppedAsync() => Task.WhenAll(_running.ToArray());
}
