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
    private readonly Dictionary<string, Stat> _byName = new(StringComparer.Ordinal);
    private readonly int _stripes;
    private readonly Counter _overflowed;
    private long[] _block;
    private int _used;

    public StatsStore(int workers = 1)
    {
        _stripes = workers + 1;
        _block = new long[_stripes * StatCell.BlockCells];
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
            return Get(name, "overflow_counter", static store => new Counter(store.NewCell()));
        }
    }

    public Gauge Gauge(StatName name)
    {
        lock (_lock)
        {
            return Get(name, "overflow_gauge", static store => new Gauge(store.NewCell()));
        }
    }

    public Histogram Histogram(StatName name)
    {
        lock (_lock)
        {
            return Get(name, "overflow_histogram", static store => new Histogram(store.NewCell));
        }
    }

    /// <summary>Which statistics are shown, by Envoy's name (stats_matcher); null shows all. Istio's own metrics are always shown.</summary>
    public Predicate<string>? Shown { get; set; }

    /// <summary>Raised before all statistics are read, for those that are only taken then.</summary>
    public event Action? Sampling;

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
            stats = [.. Shown is { } shown ? _byName.Values.Where(stat => IsOwn(stat) || shown(stat.Name.EnvoyName)) : _byName.Values];
        }

        Array.Sort(stats, static (a, b) =>
        {
            int byMetric = string.CompareOrdinal(a.Name.PrometheusName, b.Name.PrometheusName);
            return byMetric != 0 ? byMetric : string.CompareOrdinal(a.Name.EnvoyName, b.Name.EnvoyName);
        });
        return stats;
    }

    private static bool IsOwn(Stat stat) => stat.Name.EnvoyName.StartsWith("istiocustom.", StringComparison.Ordinal);

    private T Get<T>(StatName name, string overflowName, Func<StatsStore, T> create)
        where T : class
    {
        if (_byName.TryGetValue(name.EnvoyName, out Stat? found) && found.Value is T same)
        {
            return same;
        }

        if (found is not null)
        {
            throw new InvalidOperationException($"The statistic {name.EnvoyName} exists as {found.Value.GetType().Name}.");
        }

        if (_byName.Count >= MaxStats && name.EnvoyName != overflowName)
        {
            _overflowed.Increment();
            return Get(StatName.Parse(overflowName), overflowName, create);
        }

        T value = create(this);
        _byName.Add(name.EnvoyName, new Stat(name, value));
        return value;
    }

    private StatCell NewCell()
    {
        if (_used == StatCell.BlockCells)
        {
            _block = new long[_stripes * StatCell.BlockCells];
            _used = 0;
        }

        return new StatCell(_block, _used++);
    }
}
