namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.LoadBalancing;

/// <summary>A cluster's hosts at one moment, by priority, with the load each priority takes. Immutable.</summary>
internal sealed class HostSet
{
    private readonly PriorityHosts[] _priorities;
    private readonly int[] _health;
    private readonly int[] _degradedHealth;
    private readonly int[] _healthyLoads;
    private readonly int[] _degradedLoads;

    // The only priority, when its healthy hosts take everything: nearly always.
    private readonly PriorityHosts? _single;

    internal HostSet(Host[] all, PriorityHosts[] priorities, int[] health, int[] degradedHealth, HostSet? whole)
    {
        All = all;
        Whole = whole ?? this;
        _priorities = priorities;
        _health = health;
        _degradedHealth = degradedHealth;
        _healthyLoads = new int[priorities.Length];
        _degradedLoads = new int[priorities.Length];
        foreach (PriorityHosts priority in priorities)
        {
            HealthyCount += priority.Healthy.Count;
            DegradedCount += priority.Degraded.Count;
        }

        bool anyAvailable = PriorityLoads.Compute(health, degradedHealth, _healthyLoads, _degradedLoads);
        if (priorities.Length > 0 && priorities.All(static p => p.IsPanic))
        {
            _degradedLoads.AsSpan().Clear();
            PriorityLoads.ByHostCount([.. priorities.Select(static p => p.All.Count)], _healthyLoads);
        }
        else if (!anyAvailable && priorities.Length > 0)
        {
            _healthyLoads[0] = 100;
        }

        _single = priorities.Length == 1 && _healthyLoads[0] == 100 ? priorities[0] : null;
    }

    public static HostSet Empty { get; } = new([], [], [], [], null);

    public Host[] All { get; }

    public int HealthyCount { get; }

    public int DegradedCount { get; }

    /// <summary>The set that this one is a subset of; itself when it is none.</summary>
    public HostSet Whole { get; }

    /// <summary>Null when the cluster makes no subsets. Of the whole set only, as the next.</summary>
    public SubsetTable? Subsets { get; set; }

    /// <summary>Groups and locality groups of all priorities and subsets: the size of a worker's table of schedules.</summary>
    public int GroupCount { get; set; }

    public IReadOnlyList<int> HealthyLoads => _healthyLoads;

    public IReadOnlyList<int> DegradedLoads => _degradedLoads;

    /// <summary>Null when there is no host at all.</summary>
    /// <param name="draw">From 0 to 99.</param>
    /// <param name="context">Tells which hosts were tried.</param>
    /// <param name="degraded">The priority's degraded hosts are meant.</param>
    public PriorityHosts? Choose(int draw, in PickContext context, out bool degraded)
    {
        degraded = false;
        if (_single is not null)
        {
            return _single;
        }

        if (_priorities.Length == 0)
        {
            return null;
        }

        // Previous priorities are looked at again after every so many attempts (Envoy, previous_priorities).
        if (context.Retry is { PreviousPrioritiesFrequency: > 0 } retry && _priorities.Length > 1)
        {
            Span<int> loads = stackalloc int[_priorities.Length * 2];
            if (TryAvoidTried(context.Tried, retry.PreviousPrioritiesFrequency, loads))
            {
                return At(draw, loads[.._priorities.Length], loads[_priorities.Length..], out degraded);
            }
        }

        return At(draw, _healthyLoads, _degradedLoads, out degraded);
    }

    private PriorityHosts At(int draw, ReadOnlySpan<int> healthyLoads, ReadOnlySpan<int> degradedLoads, out bool degraded)
    {
        degraded = false;
        for (int i = 0; i < healthyLoads.Length; i++)
        {
            draw -= healthyLoads[i];
            if (draw < 0)
            {
                return _priorities[i];
            }
        }

        degraded = true;
        for (int i = 0; i < degradedLoads.Length; i++)
        {
            draw -= degradedLoads[i];
            if (draw < 0)
            {
                return _priorities[i];
            }
        }

        degraded = false;
        return _priorities[0];
    }

    // When every priority that could carry anything was tried, all are open again.
    private bool TryAvoidTried(ReadOnlySpan<Host?> tried, int frequency, Span<int> loads)
    {
        int attempts = 0;
        while (attempts < tried.Length && tried[attempts] is not null)
        {
            attempts++;
        }

        int levels = _priorities.Length;
        Span<int> health = stackalloc int[levels * 2];
        _health.CopyTo(health);
        _degradedHealth.CopyTo(health[levels..]);
        foreach (Host? host in tried[..(attempts / frequency * frequency)])
        {
            if (host is not null && host.Config.Priority < levels)
            {
                health[host.Config.Priority] = health[levels + host.Config.Priority] = 0;
            }
        }

        return PriorityLoads.Compute(health[..levels], health[levels..], loads[..levels], loads[levels..]);
    }
}
