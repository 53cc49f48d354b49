namespace Lateen.Proxy.Listeners;

using Lateen.Proxy.Config;
using Lateen.Proxy.Stats;

/// <summary>Envoy's listener_manager.* and cluster_manager.* stats of what is in effect.</summary>
internal sealed class ManagerStats
{
    private readonly Gauge _listeners;
    private readonly Counter _listenersAdded;
    private readonly Counter _listenersModified;
    private readonly Counter _listenersInPlace;
    private readonly Counter _listenersRemoved;
    private readonly Gauge _clusters;
    private readonly Counter _clustersAdded;
    private readonly Counter _clustersModified;
    private readonly Counter _clustersRemoved;

    public ManagerStats(StatsStore stats, int workers)
    {
        _listeners = stats.Gauge("listener_manager.total_listeners_active");
        _listenersAdded = stats.Counter("listener_manager.listener_added");
        _listenersModified = stats.Counter("listener_manager.listener_modified");
        _listenersInPlace = stats.Counter("listener_manager.listener_in_place_updated");
        _listenersRemoved = stats.Counter("listener_manager.listener_removed");
        ListenerCreated = stats.Counter("listener_manager.listener_create_success");
        ListenerFailed = stats.Counter("listener_manager.listener_create_failure");
        stats.Gauge("listener_manager.workers_started").Set(workers > 0 ? 1 : 0);
        _clusters = stats.Gauge("cluster_manager.active_clusters");
        _clustersAdded = stats.Counter("cluster_manager.cluster_added");
        _clustersModified = stats.Counter("cluster_manager.cluster_modified");
        _clustersRemoved = stats.Counter("cluster_manager.cluster_removed");
    }

    /// <summary>A worker has bound a listener's socket; and could not.</summary>
    public Counter ListenerCreated { get; }

    public Counter ListenerFailed { get; }

    /// <summary>Counts what a snapshot changes; an unchanged object is the same one.</summary>
    public void Count(ProxySnapshot before, ProxySnapshot after)
    {
        Dictionary<string, ListenerConfig> known = before.Listeners.ToDictionary(static l => l.Name, StringComparer.Ordinal);
        foreach (ListenerConfig listener in after.Listeners)
        {
            if (!known.Remove(listener.Name, out ListenerConfig? old))
            {
                _listenersAdded.Increment();
            }
            else if (!ReferenceEquals(old, listener))
            {
                _listenersModified.Increment();
                _listenersInPlace.Increment(listener.FilterChains.Any(old.FilterChains.Contains) ? 1 : 0);
            }
        }

        _listenersRemoved.Increment(known.Count);
        _listeners.Set(after.Listeners.Count);
        foreach ((string name, ClusterConfig cluster) in after.Clusters)
        {
            ClusterConfig? old = before.Clusters.GetValueOrDefault(name);
            _clustersAdded.Increment(old is null ? 1 : 0);
            _clustersModified.Increment(old is not null && !ReferenceEquals(old, cluster) ? 1 : 0);
        }

        _clustersRemoved.Increment(before.Clusters.Keys.Count(name => !after.Clusters.ContainsKey(name)));
        _clusters.Set(after.Clusters.Count);
    }
}
