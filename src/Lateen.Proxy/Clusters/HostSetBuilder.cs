namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.Config;
using Lateen.Proxy.LoadBalancing;

/// <summary>Sorts a cluster's hosts by priority, health and locality. Runs when hosts, health or configuration change.</summary>
internal sealed class HostSetBuilder(ClusterConfig config, int overprovisioning, bool weightedHealth = false)
{
    private int _groups;

    public HostSet Build(IReadOnlyList<Host> hosts)
    {
        HostSet whole = Build(hosts, null, config.LocalityWeighted);
        if (config.Subsets is { } subsets)
        {
            whole.Subsets = new SubsetTable(
                subsets, hosts, members => Build(members, whole, config.LocalityWeighted && subsets.LocalityWeightAware));
        }

        whole.GroupCount = _groups;
        return whole;
    }

    private HostSet Build(IReadOnlyList<Host> hosts, HostSet? whole, bool localityWeighted)
    {
        int levels = hosts.Count == 0 ? 0 : hosts.Max(static h => h.Config.Priority) + 1;
        var members = new List<Host>[levels];
        for (int i = 0; i < levels; i++)
        {
            members[i] = [.. hosts.Where(h => h.Config.Priority == i)];
        }

        int[] health = [.. members.Select(m => Available(m, HostAvailability.Healthy))];
        int[] degraded = [.. members.Select(m => Available(m, HostAvailability.Degraded))];
        int total = Math.Min(100, health.Sum() + degraded.Sum());
        PriorityHosts[] priorities = [.. members.Select(m => BuildPriority(m, total, localityWeighted))];
        return new HostSet([.. hosts], priorities, health, degraded, whole);
    }

    private static bool IsHealthy(Host host) => host.Availability is HostAvailability.Healthy;

    private static bool IsDegraded(Host host) => host.Availability is HostAvailability.Degraded;

    private int Available(List<Host> members, HostAvailability availability) =>
        PriorityLoads.Availability(
            members.Where(h => h.Availability == availability).Sum(ShareOf), members.Where(IsCounted).Sum(ShareOf), overprovisioning);

    // One, or the weight where the control plane wants health by weight (weighted_priority_health).
    private long ShareOf(Host host) => weightedHealth ? Math.Max(1, host.Config.Weight) : 1;

    // Hosts that asked to be left alone, and new ones if so configured, are not missing from the healthy ones (Envoy, excludedHosts).
    private bool IsCounted(Host host) => !host.Health.IsExcluded && !(config.IgnoresNewHosts && host.Health.IsPending);

    private PriorityHosts BuildPriority(List<Host> members, int total, bool localityWeighted)
    {
        Host[] healthy = [.. members.Where(IsHealthy)];
        Host[] degraded = [.. members.Where(IsDegraded)];

        // An empty priority counts as in panic, or it would keep the others from total panic (Envoy, isHostSetInPanic).
        int count = members.Count(IsCounted);
        double percent = count == 0 ? 0 : 100.0 * (healthy.Length + degraded.Length) / count;
        bool panic = total < 100 && percent < config.PanicThresholdPercent;
        bool byLocality = localityWeighted && !panic;
        return new PriorityHosts
        {
            All = NewGroup([.. members], hashed: panic, byLocality),
            Healthy = NewGroup(healthy, hashed: !panic, byLocality),
            Degraded = NewGroup(degraded, hashed: !panic, byLocality),
            IsPanic = panic,
            HealthyLocalities = byLocality ? Localities(members, IsHealthy) : null,
            DegradedLocalities = byLocality ? Localities(members, IsDegraded) : null,
            Zones = config.ZoneAware is null || config.IsHashing || panic
                ? null
                : ZoneGroups.Build(healthy, hosts => new HostGroup(_groups++, hosts), _groups++),
        };
    }

    private LocalityGroups? Localities(List<Host> members, Predicate<Host> eligible) => config.IsHashing
        ? null
        : LocalityGroups.Build(members, eligible, overprovisioning, hosts => new HostGroup(_groups++, hosts), _groups++);

    // A table is built only where it can be asked: in panic all hosts are used, else those that are available.
    private HostGroup NewGroup(Host[] hosts, bool hashed, bool byLocality) =>
        new(_groups++, hosts) { Table = hashed && hosts.Length > 1 ? HashTable.Build(config, hosts, byLocality) : null };
}
