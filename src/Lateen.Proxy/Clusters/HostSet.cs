namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Loop;

/// <summary>A cluster's hosts at one moment, by priority, with the load each priority takes. Immutable.</summary>
internal sealed class HostSet
{
    private readonly int[] _loads;
    private readonly PriorityHosts[] _priorities;

    private HostSet(Host[] all, PriorityHosts[] priorities, int[] loads)
    {
        All = all;
        _priorities = priorities;
        _loads = loads;
        foreach (PriorityHosts priority in priorities)
        {
            HealthyCount += priority.HealthyCount;
        }
    }

    public static HostSet Empty { get; } = new([], [], []);

    public Host[] All { get; }

    public int HealthyCount { get; }

    public static HostSet Build(List<Host> hosts, int overprovisioning, double panicThresholdPercent)
    {
        int levels = 0;
        foreach (Host host in hosts)
        {
            levels = Math.Max(levels, host.Config.Priority + 1);
        }

        var members = new List<Host>[levels];
        for (int i = 0; i < levels; i++)
        {
            members[i] = [];
        }

        foreach (Host host in hosts)
        {
            members[host.Config.Priority].Add(host);
        }

        int[] health = new int[levels];
        int total = 0;
        for (int i = 0; i < levels; i++)
        {
            int healthy = members[i].Count(static h => h.IsHealthy);
            health[i] = members[i].Count == 0 ? 0 : Math.Min(100, overprovisioning * healthy / members[i].Count);
            total += health[i];
        }

        total = Math.Min(100, total);
        var priorities = new PriorityHosts[levels];
        for (int i = 0; i < levels; i++)
        {
            priorities[i] = PriorityHosts.Build(members[i], total, panicThresholdPercent);
        }

        return new HostSet([.. hosts], priorities, total == 0 ? PanicLoads(members, hosts.Count) : Loads(health, total));
    }

    /// <summary>Null when there is no host at all.</summary>
    public PriorityHosts? ChoosePriority(LoopRandom random)
    {
        if (_priorities.Length <= 1)
        {
            return _priorities.Length == 0 ? null : _priorities[0];
        }

        int draw = random.Next(100);
        for (int i = 0; i < _loads.Length; i++)
        {
            draw -= _loads[i];
            if (draw < 0)
            {
                return _priorities[i];
            }
        }

        return _priorities[0];
    }

    // Each priority takes what its health allows of what is left; the rounding rest goes to the first healthy one.
    private static int[] Loads(int[] health, int total)
    {
        int[] loads = new int[health.Length];
        int left = 100;
        int firstHealthy = -1;
        for (int i = 0; i < health.Length; i++)
        {
            loads[i] = Math.Min(left, health[i] * 100 / total);
            left -= loads[i];
            firstHealthy = firstHealthy < 0 && health[i] > 0 ? i : firstHealthy;
        }

        loads[Math.Max(0, firstHealthy)] += left;
        return loads;
    }

    // Nobody is healthy: load follows the number of hosts (Envoy, total panic).
    private static int[] PanicLoads(List<Host>[] members, int count)
    {
        int[] loads = new int[members.Length];
        int left = 100;
        for (int i = 0; i < members.Length && count > 0; i++)
        {
            loads[i] = 100 * members[i].Count / count;
            left -= loads[i];
        }

        int first = Array.FindIndex(members, static m => m.Count > 0);
        if (first >= 0)
        {
            loads[first] += left;
        }

        return loads;
    }
}
