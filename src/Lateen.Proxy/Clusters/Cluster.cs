namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Proxy.LoadBalancing;
using Lateen.Proxy.Stats;

/// <summary>
/// A cluster at run time, shared by all workers: its hosts, its process-wide circuit breakers and its stats. It outlives
/// changes of its configuration and endpoints, so that breakers keep counting and hosts keep their pools.
/// </summary>
public sealed class Cluster
{
    private readonly LoadBalancer?[] _balancers;
    private volatile ClusterConfig _config;
    private volatile HostSet _hosts = HostSet.Empty;

    internal Cluster(ClusterConfig config, StatsStore stats, int workers)
    {
        _config = config;
        _balancers = new LoadBalancer?[workers];
        Workers = workers;
        Stats = new ClusterStats(stats, config.AltStatName.Length > 0 ? config.AltStatName : config.Name);
        Breakers = new CircuitBreakers(config.Breakers);
        HighPriorityBreakers = new CircuitBreakers(config.HighPriorityBreakers);
    }

    public string Name => _config.Name;

    public ClusterConfig Config => _config;

    /// <summary>All hosts, healthy or not, for the admin interface.</summary>
    public IReadOnlyCollection<Host> AllHosts => OriginalDst is null ? _hosts.All : [.. OriginalDst.All];

    public ClusterStats Stats { get; }

    /// <summary>Process-wide use of the cluster's limits.</summary>
    public CircuitBreakers Breakers { get; }

    public CircuitBreakers HighPriorityBreakers { get; }

    internal HostSet Hosts => _hosts;

    internal int Workers { get; }

    /// <summary>Hosts that appear on use, for ORIGINAL_DST; null otherwise.</summary>
    internal OriginalDstHosts? OriginalDst { get; private set; }

    internal Host? Pick(int worker, ref PickContext context)
    {
        if (_config.Type is ClusterType.OriginalDst)
        {
            return OriginalDst?.Get(context.OriginalDst, _config.OriginalDstPort);
        }

        LoadBalancer balancer = _balancers[worker] ??= LoadBalancer.Create(_config);
        HostSet hosts = _hosts;
        Host? host = balancer.Pick(hosts, hosts.ChoosePriority(context.Random), ref context);
        if (context.Retry is not { AvoidPreviousHosts: true } policy)
        {
            return host;
        }

        // The last draw is taken even when it was tried before: better that host again than none (Envoy, load_balancer_impl).
        while (host is not null && context.Redraws < policy.HostSelectionMaxAttempts && context.Tried.Contains(host))
        {
            context.Redraws++;
            host = balancer.Pick(hosts, hosts.ChoosePriority(context.Random), ref context);
        }

        return host;
    }

    /// <summary>Called by the configuration thread only. Returns the hosts whose pools must drain.</summary>
    internal List<Host> Update(ClusterConfig config, EndpointsConfig? endpoints)
    {
        ClusterConfig before = _config;
        if (!ReferenceEquals(before, config))
        {
            _config = config;
            Breakers.Limits = config.Breakers;
            HighPriorityBreakers.Limits = config.HighPriorityBreakers;
            if (before.LbPolicy != config.LbPolicy || before.LeastRequestChoices != config.LeastRequestChoices)
            {
                Array.Clear(_balancers);
            }
        }

        if (config.Type is ClusterType.OriginalDst)
        {
            OriginalDst ??= new OriginalDstHosts(this);
            return [];
        }

        bool sameConnections = KeepsConnections(before, config);
        return ReplaceHosts(endpoints, sameConnections);
    }

    /// <summary>The cluster is gone: nothing new is picked, and every pool drains.</summary>
    internal List<Host> Retire()
    {
        var hosts = new List<Host>(_hosts.All);
        hosts.AddRange(OriginalDst?.All ?? []);
        _hosts = HostSet.Empty;
        foreach (Host host in hosts)
        {
            host.MarkRemoved();
        }

        return hosts;
    }

    /// <summary>The address to bind an upstream socket to, by the family of the destination.</summary>
    internal SocketAddress BindAddressFor(in SocketAddress remote) =>
        remote.IsV4 ? _config.BindAddressV4 : _config.BindAddressV6;

    private static bool KeepsConnections(ClusterConfig before, ClusterConfig after) =>
        before.BindAddressV4 == after.BindAddressV4 && before.BindAddressV6 == after.BindAddressV6
        && before.Protocol == after.Protocol && ReferenceEquals(before.TransportSocket, after.TransportSocket);

    private List<Host> ReplaceHosts(EndpointsConfig? endpoints, bool keep)
    {
        var old = new Dictionary<SocketAddress, Host>();
        foreach (Host host in _hosts.All)
        {
            old[host.Address] = host;
        }

        var hosts = new List<Host>();
        var seen = new HashSet<SocketAddress>();
        foreach (HostConfig config in endpoints?.Hosts ?? [])
        {
            if (config.Address.IsNone || !seen.Add(config.Address))
            {
                continue;
            }

            if (keep && old.Remove(config.Address, out Host? same))
            {
                same.Config = config;
                hosts.Add(same);
            }
            else
            {
                hosts.Add(new Host(config, config.Address, this));
            }
        }

        _hosts = HostSet.Build(hosts, endpoints?.OverprovisioningFactor ?? 140, _config.PanicThresholdPercent);
        Stats.MembershipTotal.Set(hosts.Count);
        Stats.MembershipHealthy.Set(_hosts.HealthyCount);
        Stats.MembershipChange.Increment();
        foreach (Host removed in old.Values)
        {
            removed.MarkRemoved();
        }

        return [.. old.Values];
    }
}
