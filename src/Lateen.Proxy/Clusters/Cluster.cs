namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Clusters.HealthChecks;
using Lateen.Proxy.Config;
using Lateen.Proxy.LoadBalancing;
using Lateen.Proxy.Network;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Tls;

/// <summary>
/// A cluster at run time, shared by all workers: its hosts, its process-wide circuit breakers and its stats. It outlives
/// changes of its configuration and endpoints, so that breakers keep counting and hosts keep their pools.
/// </summary>
public sealed class Cluster
{
    // Hosts change on the configuration thread, their health on the home loop. Taken on a change only, never by a request.
    private readonly Lock _hostsLock = new();
    private readonly LoadBalancer?[] _balancers;
    private readonly IReadOnlyList<EventLoop> _loops;
    private readonly NameResolver _resolver;
    private readonly StatsStore _stats;
    private readonly string _statName;
    private readonly LocalZone? _local;
    private volatile ClusterConfig _config;
    private volatile HostSet _hosts = HostSet.Empty;
    private volatile OutlierDetector? _outliers;
    private volatile Http2StatsCounter? _http2Stats;
    private volatile HealthChecker? _checker;
    private volatile DropOverload? _dropOverload;
    private int _overprovisioning = 140;
    private bool _weightedHealth;

    internal Cluster(
        ClusterConfig config, StatsStore stats, IReadOnlyList<EventLoop> loops, NameResolver resolver, LocalZone? local = null)
    {
        _local = local;
        _config = config;
        SharesPools = MaySharePools(config);
        _stats = stats;
        _loops = loops;
        _resolver = resolver;
        _balancers = new LoadBalancer?[loops.Count];
        _statName = config.AltStatName.Length > 0 ? config.AltStatName : config.Name;
        Workers = loops.Count;
        Stats = new ClusterStats(stats, _statName);
        Breakers = new CircuitBreakers(config.Breakers, stats, _statName, "default");
        HighPriorityBreakers = new CircuitBreakers(config.HighPriorityBreakers, stats, _statName, "high");
    }

    public string Name => _config.Name;

    /// <summary>Connections are shared by all clients and server names: the protocol alone chooses a host's pool.</summary>
    internal bool SharesPools { get; private set; }

    public ClusterConfig Config => _config;

    /// <summary>All hosts, healthy or not, for the admin interface.</summary>
    public IReadOnlyCollection<Host> AllHosts =>
        OriginalDst is not null ? [.. OriginalDst.All] : Dynamic is not null ? [.. Dynamic.All] : _hosts.All;

    public ClusterStats Stats { get; }

    /// <summary>Process-wide use of the cluster's limits.</summary>
    public CircuitBreakers Breakers { get; }

    public CircuitBreakers HighPriorityBreakers { get; }

    internal HostSet Hosts => _hosts;

    /// <summary>The share of requests that the control plane wants dropped; null drops nothing.</summary>
    internal DropOverload? DropOverload => _dropOverload;

    /// <summary>Made with the first connection that needs them; asking the store twice gives the same counters.</summary>
    internal Http2StatsCounter Http2Stats => _http2Stats ??= new Http2StatsCounter(_stats, _statName);

    internal int Workers { get; }

    /// <summary>Null when the configuration asks for no outlier detection.</summary>
    internal OutlierDetector? Outliers => _outliers;

    /// <summary>Null when the configuration asks for no health checks.</summary>
    internal HealthChecker? Checker => _checker;

    /// <summary>Some host has not been checked for the first time yet.</summary>
    public bool IsWarming => _checker is not null && Array.Exists(_hosts.All, static h => h.Health.IsPending);

    /// <summary>Hosts that appear on use, for ORIGINAL_DST; null otherwise.</summary>
    internal OriginalDstHosts? OriginalDst { get; private set; }

    /// <summary>The hosts that requests have named; null unless the cluster forwards to them.</summary>
    public DynamicForwardHosts? Dynamic { get; private set; }

    internal Host? Pick(int worker, ref PickContext context)
    {
        ClusterConfig config = _config;
        if (config.Type is ClusterType.OriginalDst)
        {
            return OriginalDst?.Pick(context);
        }

        if (config.Type is ClusterType.DynamicForward)
        {
            return Dynamic?.Find(context.Authority, context.NowMicros);
        }

        LoadBalancer? balancer = _balancers[worker];
        if (!ReferenceEquals(balancer?.Config, config) || balancer is null)
        {
            balancer = _balancers[worker] = LoadBalancer.Create(config, _local);
        }

        HostSet hosts = _hosts;
        Host? host = Pick(balancer, hosts, ref context);
        if (context.Retry is not { AvoidPreviousHosts: true } policy)
        {
            return host;
        }

        // The last draw is taken even when it was tried before: better that host again than none (Envoy, load_balancer_impl).
        while (host is not null && context.Redraws < policy.HostSelectionMaxAttempts && context.Tried.Contains(host))
        {
            context.Redraws++;
            host = Pick(balancer, hosts, ref context);
        }

        return host;
    }

    /// <summary>Called by the configuration thread only. Returns the hosts whose pools must drain.</summary>
    internal List<Host> Update(ClusterConfig config, EndpointsConfig? endpoints)
    {
        ClusterConfig before = _config;
        if (!ReferenceEquals(before, config))
        {
            SharesPools = MaySharePools(config);
            _config = config;
            Breakers.Limits = config.Breakers;
            HighPriorityBreakers.Limits = config.HighPriorityBreakers;
        }

        UpdateDetector(config);
        UpdateChecker(before, config);
        if (config.Type is ClusterType.OriginalDst)
        {
            OriginalDst ??= new OriginalDstHosts(this);
            return [];
        }

        if (config.Type is ClusterType.DynamicForward)
        {
            Dynamic ??= new DynamicForwardHosts(this, _loops, _resolver);
            return [];
        }

        return ReplaceHosts(endpoints, KeepsConnections(before, config));
    }

    /// <summary>The cluster is gone: nothing new is picked, and every pool drains.</summary>
    internal List<Host> Retire()
    {
        var hosts = new List<Host>(_hosts.All);
        hosts.AddRange(OriginalDst?.All ?? []);
        hosts.AddRange(Dynamic?.All ?? []);
        Dynamic = null;
        lock (_hostsLock)
        {
            _hosts = HostSet.Empty;
        }

        _outliers?.Stop();
        _outliers = null;
        _checker?.Stop();
        _checker = null;

        // A cluster of the same name that comes later counts into the same gauges, from its own start.
        Breakers.Limits = Breakers.Limits with { TrackRemaining = false };
        HighPriorityBreakers.Limits = HighPriorityBreakers.Limits with { TrackRemaining = false };
        foreach (Host host in hosts)
        {
            host.MarkRemoved();
        }

        return hosts;
    }

    /// <summary>The health of some host has changed.</summary>
    internal void RebuildHosts()
    {
        lock (_hostsLock)
        {
            Publish(_hosts.All);
        }
    }

    /// <summary>On the home loop: health checks changed their mind about a host.</summary>
    internal void OnHealthChanged(Host host)
    {
        bool leaves = host.Health is { HasFailed: true, AwaitsRemoval: true };
        lock (_hostsLock)
        {
            Publish(leaves ? [.. _hosts.All.Where(h => h != host)] : _hosts.All);
        }

        if (leaves)
        {
            host.MarkRemoved();
            Stats.MembershipChange.Increment();
            _checker?.Refresh();
        }

        // Other connections may take another way and do better (Envoy, onHostHealthFailure).
        if (host.Health.HasFailed)
        {
            host.DrainPools();
        }
    }

    /// <summary>
    /// Takes a place for one more connection. A host without any connection may always open one, or other hosts' connections could
    /// starve it (Envoy, conn_pool_base; there for each worker, here for the process).
    /// </summary>
    internal bool TryReserveConnection(Host host, CircuitBreakers breakers)
    {
        int open = host.AddConnection();
        if (open == 1)
        {
            Breakers.AddConnection(1);
        }
        else if (open > _config.MaxConnectionsPerHost || !Breakers.TryAddConnection(breakers.Limits.MaxConnections))
        {
            host.RemoveConnection();
            return false;
        }

        Stats.ConnectionsTotal.Increment();
        Stats.ConnectionsActive.Increment();
        host.Stats.AddConnection();
        return true;
    }

    internal void ReleaseConnection(Host host)
    {
        Breakers.AddConnection(-1);
        Stats.ConnectionsActive.Decrement();
        host.RemoveConnection();
        host.Starving.Wake();
    }

    internal ConnectOptions ConnectOptionsFor(in SocketAddress remote)
    {
        ClusterConfig config = _config;
        KeepAliveConfig? keepAlive = config.KeepAlive;
        return new ConnectOptions
        {
            TimeoutMicros = (long)config.ConnectTimeout.TotalMicroseconds,
            BindAddress = remote.IsV4 ? config.BindAddressV4 : config.BindAddressV6,
            KeepAlive = keepAlive is not null,
            KeepAliveIdleSeconds = keepAlive?.IdleSeconds ?? 0,
            KeepAliveIntervalSeconds = keepAlive?.IntervalSeconds ?? 0,
            KeepAliveProbes = keepAlive?.Probes ?? 0,
        };
    }

    private Host? Pick(LoadBalancer balancer, HostSet hosts, ref PickContext context) => hosts.Subsets is { } subsets
        ? subsets.Pick(balancer, hosts, ref context, Stats)
        : balancer.Pick(hosts, ref context, Stats);

    /// <summary>How a connection to a host is opened, TLS included.</summary>
    /// <param name="host">The host, whose metadata may choose the transport socket.</param>
    /// <param name="protocol">What the connection carries; null for plain bytes.</param>
    /// <param name="serverName">SNI that the request asks for; empty leaves it to the configuration.</param>
    /// <param name="client">Whom the PROXY protocol names; none when the proxy speaks for itself.</param>
    /// <param name="destination">Where the client connected to.</param>
    internal ConnectOptions ConnectOptionsFor(
        Host host, UpstreamProtocol? protocol, string serverName = "", in SocketAddress client = default,
        in SocketAddress destination = default)
    {
        ConnectOptions options = ConnectOptionsFor(host.Address);
        TransportSocketFactory socket = TransportSocketFor(host);
        if (socket is ProxyProtocolSocketFactory proxy)
        {
            options = options with { Preface = ProxyHeaderWriter.Write(proxy.Version, client, destination, proxy.Tlvs) };
            socket = proxy.Inner;
        }

        return socket is UpstreamTlsFactory tls
            ? options with { Tls = tls.OptionsFor(host, serverName, _config.AutoSanValidation, protocol, Stats.Tls) }
            : options;
    }

    internal TransportSocketFactory TransportSocketFor(Host host)
    {
        ClusterConfig config = _config;
        foreach (TransportSocketMatch match in config.TransportSocketMatches)
        {
            if (match.Matches(host.Config))
            {
                return match.TransportSocket;
            }
        }

        return config.TransportSocket;
    }

    private static bool KeepsConnections(ClusterConfig before, ClusterConfig after) =>
        before.BindAddressV4 == after.BindAddressV4 && before.BindAddressV6 == after.BindAddressV6
        && before.Protocol == after.Protocol && before.TransportSockets.SequenceEqual(after.TransportSockets);

    private static bool MaySharePools(ClusterConfig config) => !config.AutoServerName && !config.NamesClients;

    private void UpdateDetector(ClusterConfig config)
    {
        if (config.OutlierDetection is null)
        {
            _outliers?.Stop();
            _outliers = null;
        }
        else
        {
            _outliers ??= new OutlierDetector(this, _loops[0], _stats, _statName);
        }
    }

    private void UpdateChecker(ClusterConfig before, ClusterConfig config)
    {
        bool same = _checker is not null && ReferenceEquals(before.HealthCheck, config.HealthCheck);
        if (same)
        {
            return;
        }

        _checker?.Stop();
        _checker = config.HealthCheck is { } check
            ? new HealthChecker(this, _loops[0], check, new HealthCheckStats(_stats, _statName))
            : null;
        if (_checker is null)
        {
            foreach (Host host in _hosts.All)
            {
                host.Health.Clear();
            }
        }
    }

    private List<Host> ReplaceHosts(EndpointsConfig? endpoints, bool keep)
    {
        var old = new Dictionary<SocketAddress, Host>();
        foreach (Host host in _hosts.All)
        {
            old[host.Address] = host;
        }

        var hosts = new List<Host>();
        var seen = new HashSet<SocketAddress>();
        var added = new List<Host>();
        foreach (HostConfig config in endpoints?.Hosts ?? [])
        {
            if (config.Address.IsNone || !seen.Add(config.Address))
            {
                continue;
            }

            if (keep && old.Remove(config.Address, out Host? same))
            {
                same.Config = config;
                same.Health.AwaitsRemoval = false;
                if (config.DisableHealthCheck)
                {
                    same.Health.Clear();
                }

                hosts.Add(same);
            }
            else
            {
                added.Add(NewHost(config));
                hosts.Add(added[^1]);
            }
        }

        foreach (Host missing in old.Values.Where(h => keep && StaysWhileWell(h)).ToArray())
        {
            missing.Health.AwaitsRemoval = true;
            old.Remove(missing.Address);
            hosts.Add(missing);
        }

        foreach (Host removed in old.Values)
        {
            removed.MarkRemoved();
        }

        if (_config.DrainsOnHostSetChange && added.Count + old.Count > 0)
        {
            hosts.ForEach(static host => host.DrainPools());
        }

        lock (_hostsLock)
        {
            _overprovisioning = endpoints?.OverprovisioningFactor ?? 140;
            _weightedHealth = endpoints?.WeightedPriorityHealth ?? false;
            _dropOverload = endpoints?.DropOverload;
            Publish([.. hosts]);
        }

        Stats.MembershipChange.Increment();
        if (added.Count > 0 && _config.SlowStart is not null)
        {
            _loops[0].Post(new StampTask([.. added]));
        }

        _checker?.Refresh();
        return [.. old.Values];
    }

    private Host NewHost(HostConfig config)
    {
        var host = new Host(config, config.Address, this);

        // Out of use until it has passed a check; how panic counts it meanwhile is for ignore_new_hosts_until_first_hc to say.
        host.Health.HasFailed = host.Health.IsPending = _checker is not null && !config.DisableHealthCheck;
        return host;
    }

    // Discovery is trusted less than a host that answers: one that still does leaves when its checks fail (Envoy, updateDynamicHostList).
    private bool StaysWhileWell(Host host) =>
        _checker is not null && _config is { IgnoreHealthOnHostRemoval: false, Type: ClusterType.Eds or ClusterType.StrictDns }
        && !host.Health.HasFailed && !host.Config.DisableHealthCheck
        && host.Config.Health is HostHealth.Unknown or HostHealth.Healthy or HostHealth.Degraded;

    private void Publish(Host[] hosts)
    {
        HostSet set = new HostSetBuilder(_config, _overprovisioning, _weightedHealth).Build(hosts);
        _hosts = set;
        Stats.MembershipTotal.Set(hosts.Length);
        Stats.MembershipHealthy.Set(set.HealthyCount);
        Stats.MembershipDegraded.Set(set.DegradedCount);
        Stats.SubsetsActive.Set(set.Subsets?.Count ?? 0);
        _outliers?.CountEjected(hosts);
    }

    // The configuration thread has no clock of its own; until the home loop comes by, a host is as young as can be.
    private sealed class StampTask(Host[] hosts) : LoopTask
    {
        public override void Run(EventLoop loop)
        {
            foreach (Host host in hosts)
            {
                host.AddedMicros = loop.NowMicros;
            }
        }
    }
}
