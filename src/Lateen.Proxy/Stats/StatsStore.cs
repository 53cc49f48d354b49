namespace Lateen.Proxy.Stats;

/// <summary>
/// Every statistic of the process. Asking for one takes a lock and may allocate, so it is done when configuration arrives;
/// the object that comes back is then used without either.
/// </summary>
public sealed class StatsStore
{
    /// <summary>Beyond this many names new ones share one overflow statistic, so that a flood of names cannot fill the memory.</summary>
    private const int MaxStats = 200_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ScopeEntry> _scopes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScopeEntry>.AlternateLookup<ReadOnlySpan<char>> _scopesBySpan;
    private readonly int _stripes;
    private readonly StatScope _process;
    private readonly Counter _overflowed;
    private int _count;
    private int _collections;

    public StatsStore(int workers = 1)
    {
        _stripes = workers + 1;
        _scopesBySpan = _scopes.GetAlternateLookup<ReadOnlySpan<char>>();
        _process = new StatScope(_stripes);
        _overflowed = Counter("stats.overflow");
    }

    /// <summary>Called once on each worker's thread, so that its increments need no atomics.</summary>
    public static void ClaimWorkerThread(int workerIndex) => StatCell.ClaimStripe(workerIndex + 1);

    public Counter Counter(string envoyName) => Counter(StatName.Parse(envoyName));

    public Gauge Gauge(string envoyName) => Gauge(StatName.Parse(envoyName));

    public Histogram Histogram(string envoyName) => Histogram(StatName.Parse(envoyName));

    public Counter Counter(StatName name)
    {
        lock (_lock)
        {
            return Get(name, "overflow_counter", static scope => new Counter(scope));
        }
    }

    public Gauge Gauge(StatName name)
    {
        lock (_lock)
        {
            return Get(name, "overflow_gauge", static scope => new Gauge(scope));
        }
    }

    public Histogram Histogram(StatName name)
    {
        lock (_lock)
        {
            return Get(name, "overflow_histogram", static scope => new Histogram(scope));
        }
    }

    /// <summary>Which statistics are shown, by Envoy's name (stats_matcher); null shows all. Istio's own metrics are always shown.</summary>
    public Predicate<string>? Shown { get; set; }

    /// <summary>Raised before all statistics are read, for those that are only taken then.</summary>
    public event Action? Sampling;

    /// <summary>How many there are now. Those of a cluster, listener or prefix go with its last user.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                ForgetUnused();
                return _count;
            }
        }
    }

    /// <summary>Sets all counters and histograms back; what is counted meanwhile may be lost (/reset_counters).</summary>
    public void ResetCounters()
    {
        foreach (Stat stat in Snapshot())
        {
            (stat.Value as Counter)?.Reset();
            (stat.Value as Histogram)?.Reset();
        }
    }

    /// <summary>All statistics at this moment, sorted by Prometheus name and then by Envoy name.</summary>
    internal IReadOnlyList<Stat> Snapshot()
    {
        Sampling?.Invoke();
        Stat[] stats;
        lock (_lock)
        {
            stats = [.. Shown is { } shown ? All().Where(stat => IsOwn(stat) || shown(stat.Name.EnvoyName)) : All()];
        }

        Array.Sort(stats, static (a, b) =>
        {
            int byMetric = string.CompareOrdinal(a.Name.PrometheusName, b.Name.PrometheusName);
            return byMetric != 0 ? byMetric : string.CompareOrdinal(a.Name.EnvoyName, b.Name.EnvoyName);
        });
        return stats;
    }

    private static bool IsOwn(Stat stat) => stat.Name.EnvoyName.StartsWith("istiocustom.", StringComparison.Ordinal);

    private IEnumerable<Stat> All()
    {
        ForgetUnused();
        foreach (ScopeEntry entry in _scopes.Values)
        {
            foreach (Stat stat in entry.Scope.TryGetTarget(out StatScope? scope) ? scope.All : [])
            {
                yield return stat;
            }
        }

        foreach (Stat stat in _process.All)
        {
            yield return stat;
        }
    }

    private T Get<T>(StatName name, string overflowName, Func<StatScope, T> create)
        where T : class
    {
        Stat? found = Find(name);
        if (found?.Value is T same)
        {
            return same;
        }

        if (found is not null)
        {
            throw new InvalidOperationException($"The statistic {name.EnvoyName} exists as {found.Value.GetType().Name}.");
        }

        ForgetUnused();
        if (_count >= MaxStats && name.EnvoyName != overflowName)
        {
            _overflowed.Increment();
            return Get(StatName.Parse(overflowName), overflowName, create);
        }

        ScopeEntry? entry = null;
        StatScope scope = name.ScopeLength == 0 ? _process : ScopeOf(name, out entry);
        T value = create(scope);
        scope.Add(new Stat(name, value));
        _count++;
        if (entry is not null)
        {
            entry.Count++;
        }

        return value;
    }

    // A name that was parsed may have been cut elsewhere than where it was made: cluster.NAME.circuit_breakers.default.rq_open.
    private Stat? Find(StatName name)
    {
        if (_process.Find(name.EnvoyName) is { } plain)
        {
            return plain;
        }

        for (int end = name.ScopeLength; end > 0; end = name.EnvoyName.LastIndexOf('.', end - 1))
        {
            if (_scopesBySpan.TryGetValue(name.EnvoyName.AsSpan(0, end), out ScopeEntry? entry)
                && entry.Scope.TryGetTarget(out StatScope? scope) && scope.Find(name.EnvoyName) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private StatScope ScopeOf(StatName name, out ScopeEntry entry)
    {
        ReadOnlySpan<char> key = name.EnvoyName.AsSpan(0, name.ScopeLength);
        if (_scopesBySpan.TryGetValue(key, out ScopeEntry? known))
        {
            entry = known;
            if (known.Scope.TryGetTarget(out StatScope? scope))
            {
                return scope;
            }

            _count -= known.Count;
            _scopesBySpan.Remove(key);
        }

        var fresh = new StatScope(_stripes);
        entry = new ScopeEntry(new WeakReference<StatScope>(fresh));
        _scopesBySpan[key] = entry;
        return fresh;
    }

    // Scopes go when the garbage collector has found them unused, so there is nothing new to see before its next run.
    private void ForgetUnused()
    {
        int collections = GC.CollectionCount(0);
        if (collections == _collections)
        {
            return;
        }

        _collections = collections;
        foreach ((string key, ScopeEntry entry) in _scopes)
        {
            if (!entry.Scope.TryGetTarget(out _))
            {
                _count -= entry.Count;
                _scopes.Remove(key);
            }
        }
    }

    private sealed class ScopeEntry(WeakReference<StatScope> scope)
    {
        public WeakReference<StatScope> Scope { get; } = scope;

        /// <summary>Known here too, because a scope that is gone cannot be asked.</summary>
        public int Count { get; set; }
    }
}
