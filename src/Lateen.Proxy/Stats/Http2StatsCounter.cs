namespace Lateen.Proxy.Stats;

using Lateen.Engine.Http2;

/// <summary>
/// The codecs' counters under Envoy's names: http2.* for downstream connections, cluster.NAME.http2.* for upstream ones. Shared by
/// the workers, each of which adds to its own copy.
/// </summary>
internal sealed class Http2StatsCounter : Http2Stats
{
    private readonly Counter?[] _counters = new Counter?[Count];
    private readonly Gauge?[] _gauges = new Gauge?[Count];

    /// <param name="stats">Where they are registered.</param>
    /// <param name="cluster">Whose they are; null for downstream connections.</param>
    public Http2StatsCounter(StatsStore stats, string? cluster)
    {
        for (int i = 0; i < Count; i++)
        {
            var counter = (Http2Counter)i;
            string stat = $"http2.{NameOf(counter)}";
            StatName name = cluster is null ? StatName.Parse(stat) : StatName.Cluster(cluster, stat);
            if (IsGauge(counter))
            {
                _gauges[i] = stats.Gauge(name);
            }
            else
            {
                _counters[i] = stats.Counter(name);
            }
        }
    }

    protected override void Record(Http2Counter counter, long amount)
    {
        _counters[(int)counter]?.Increment(amount);
        _gauges[(int)counter]?.Add(amount);
    }
}
