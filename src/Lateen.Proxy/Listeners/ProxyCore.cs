namespace Lateen.Proxy.Listeners;

using System.Collections.Frozen;
using Lateen.Engine.Loop;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Overload;
using Lateen.Proxy.Routing;
using Lateen.Proxy.Stats;

/// <summary>
/// The data path of one process: turns snapshots into listeners, routes and clusters, and publishes them to the workers. One thread
/// at a time may call its members (the configuration thread).
/// </summary>
public sealed class ProxyCore
{
    private readonly ProxyWorker[] _workers;
    private readonly IReadOnlyList<EventLoop> _loops;
    private readonly StatsStore _stats;
    private readonly ProxyCoreOptions _options;
    private readonly WorkerShared _shared;
    private readonly DnsClusters _dns;
    private readonly LocalZone _local;
    private readonly Lock _lock = new();
    private RuntimeSnapshot _runtime = RuntimeSnapshot.Empty;
    private ProxySnapshot _snapshot = ProxySnapshot.Empty;

    public ProxyCore(IReadOnlyList<EventLoop> loops, StatsStore stats, ProxyCoreOptions? options = null)
    {
        _stats = stats;
        _loops = loops;
        ProxyCoreOptions chosen = (options ?? new ProxyCoreOptions()) with { WorkerCount = loops.Count };
        _options = chosen;
        _local = new LocalZone(chosen.Locality);
        WorkerShared shared = _shared = new WorkerShared(stats, chosen);
        _workers = [.. loops.Select(loop => new ProxyWorker(loop, shared))];
        _dns = new DnsClusters(loops[0], chosen.Resolver, OnResolved);
    }

    /// <summary>The snapshot in effect.</summary>
    public ProxySnapshot Snapshot => _snapshot;

    /// <summary>All clusters at run time, for the admin interface.</summary>
    public IReadOnlyCollection<Cluster> Clusters => _runtime.Clusters.Values;

    /// <summary>Hosts of some cluster await their first health check.</summary>
    public bool IsWarming => _runtime.Clusters.Values.Any(static cluster => cluster.IsWarming);

    /// <summary>Open downstream connections of all workers, admin excluded.</summary>
    public long ActiveConnections => _workers.Sum(static w => w.OpenConnections);

    /// <summary>Puts a snapshot into effect. Connections and requests under way keep what they have.</summary>
    public void Apply(ProxySnapshot snapshot)
    {
        lock (_lock)
        {
            var removed = new List<Host>();
            UpdateSecrets(snapshot);
            FrozenDictionary<string, Cluster> clusters = BuildClusters(snapshot, removed);
            var routes = new Dictionary<string, CompiledRoutes>();
            foreach ((string name, RouteTable table) in snapshot.RouteTables)
            {
                bool same = _runtime.Routes.TryGetValue(name, out CompiledRoutes? before) && ReferenceEquals(before.Table, table);
                routes[name] = same && before is not null ? before : new CompiledRoutes(table);
            }

            _shared.Managers.Count(_snapshot, snapshot);
            _snapshot = snapshot;
            _runtime = new RuntimeSnapshot
            {
                Clusters = clusters,
                Routes = routes.ToFrozenDictionary(StringComparer.Ordinal),
                Listeners = BuildListeners(snapshot),
            };
            Publish(removed);
        }
    }

    /// <summary>Ends once every worker has what was applied before: its sockets are open.</summary>
    public Task WhenAppliedAsync()
    {
        var done = new TaskCompletionSource[_workers.Length];
        for (int i = 0; i < done.Length; i++)
        {
            TaskCompletionSource applied = done[i] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _workers[i].Loop.Post(new WorkerTask(_workers[i], _ => applied.SetResult()));
        }

        return Task.WhenAll(done.Select(static each => each.Task));
    }

    /// <summary>
    /// Goes on accepting, but ends each HTTP/1.1 connection with its next response, so that callers that have somewhere else to go
    /// leave before the sockets close. Of a sidecar only the inbound side: the application may still have calls to make.
    /// </summary>
    public void StartLameDuck(bool inboundOnly)
    {
        lock (_lock)
        {
            foreach (Listener listener in Leaving(inboundOnly))
            {
                listener.BecomeLameDuck();
            }
        }

        foreach (ProxyWorker worker in _workers)
        {
            worker.Loop.Post(new WorkerTask(worker, static w => w.WarnConnections()));
        }
    }

    /// <summary>Open connections on the listeners that <see cref="StartLameDuck"/> concerns.</summary>
    public int LeavingConnections(bool inboundOnly)
    {
        lock (_lock)
        {
            return Leaving(inboundOnly).Sum(static listener => listener.Open);
        }
    }

    /// <summary>Stops accepting and asks every connection to end after what it is doing.</summary>
    public void DrainListeners()
    {
        foreach (ProxyWorker worker in _workers)
        {
            worker.Loop.Post(new WorkerTask(worker, static w => w.DrainAll()));
        }
    }

    internal OverloadState Overload => _shared.Overload;

    /// <summary>What is shed has changed: the workers look at their sockets and idle connections.</summary>
    internal void ApplyOverload()
    {
        foreach (ProxyWorker worker in _workers)
        {
            worker.Loop.Post(new WorkerTask(worker, static w => w.ApplyOverload()));
        }
    }

    /// <summary>Closes every listener and connection at once.</summary>
    public void CloseAll()
    {
        foreach (ProxyWorker worker in _workers)
        {
            worker.Loop.Post(new WorkerTask(worker, static w => w.CloseAll()));
        }
    }

    private IEnumerable<Listener> Leaving(bool inboundOnly) => _runtime.Listeners.ByName.Values
        .Where(listener => !inboundOnly || listener.Config.Direction is TrafficDirection.Inbound);

    // Before anything is served by it: new handshakes use new keys, connections that are open keep what they have.
    private static void UpdateSecrets(ProxySnapshot snapshot)
    {
        foreach (ClusterConfig cluster in snapshot.Clusters.Values)
        {
            foreach (TransportSocketFactory socket in cluster.TransportSockets)
            {
                socket.Update(snapshot.Secrets);
            }
        }

        foreach (ListenerConfig listener in snapshot.Listeners)
        {
            foreach (FilterChainConfig chain in listener.FilterChains)
            {
                chain.TransportSocket.Update(snapshot.Secrets);
            }

            listener.DefaultFilterChain?.TransportSocket.Update(snapshot.Secrets);
        }
    }

    private FrozenDictionary<string, Cluster> BuildClusters(ProxySnapshot snapshot, List<Host> removed)
    {
        var clusters = new Dictionary<string, Cluster>(StringComparer.Ordinal);
        foreach ((string name, ClusterConfig config) in snapshot.Clusters)
        {
            if (!_runtime.Clusters.TryGetValue(name, out Cluster? cluster))
            {
                cluster = new Cluster(config, _stats, _loops, _dns.Resolver, name == _options.LocalClusterName ? null : _local);
            }

            clusters[name] = cluster;
            if (config.Type is ClusterType.StrictDns or ClusterType.LogicalDns)
            {
                _dns.Watch(config, cluster.Stats);
                removed.AddRange(cluster.Update(config, _dns.Current(name)));
                continue;
            }

            string endpointsName = config.EdsServiceName.Length > 0 ? config.EdsServiceName : name;
            EndpointsConfig? endpoints = config.Type is ClusterType.Eds
                ? snapshot.Endpoints.GetValueOrDefault(endpointsName)
                : config.InlineEndpoints;
            removed.AddRange(cluster.Update(config, endpoints));
        }

        foreach ((string name, Cluster cluster) in _runtime.Clusters)
        {
            if (!clusters.ContainsKey(name))
            {
                _dns.Forget(name);
                removed.AddRange(cluster.Retire());
            }
        }

        _local.Cluster = clusters.GetValueOrDefault(_options.LocalClusterName);
        return clusters.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private ListenerTable BuildListeners(ProxySnapshot snapshot)
    {
        var listeners = new List<Listener>();
        foreach (ListenerConfig config in snapshot.Listeners)
        {
            _runtime.Listeners.ByName.TryGetValue(config.Name, out Listener? before);
            bool same = before is not null && ReferenceEquals(before.Config, config);
            listeners.Add(same && before is not null ? before : new Listener(config, before, _stats, _workers.Length)
            {
                MaxConnections = _options.ListenerConnectionLimits.GetValueOrDefault(config.Name, config.MaxConnections),
            });
        }

        return new ListenerTable(listeners);
    }

    private void Publish(List<Host> removed)
    {
        Host[] hosts = [.. removed];
        RuntimeSnapshot runtime = _runtime;
        foreach (ProxyWorker worker in _workers)
        {
            worker.Loop.Post(new WorkerTask(worker, w => w.Apply(runtime, hosts)));
        }
    }

    private void OnResolved(string clusterName)
    {
        lock (_lock)
        {
            if (_runtime.Clusters.TryGetValue(clusterName, out Cluster? cluster))
            {
                Publish(cluster.Update(cluster.Config, _dns.Current(clusterName)));
            }
        }
    }
}
