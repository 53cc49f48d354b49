namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.Stats;

/// <summary>Envoy's cluster.NAME.outlier_detection.* stats.</summary>
internal sealed class OutlierStats
{
    private static readonly string[] Names =
    [
        "consecutive_5xx", "consecutive_gateway_failure", "consecutive_local_origin_failure", "success_rate",
        "local_origin_success_rate", "failure_percentage", "local_origin_failure_percentage",
    ];

    private readonly Counter[] _detected;
    private readonly Counter[] _enforced;

    public OutlierStats(StatsStore store, string cluster)
    {
        Counter Count(string stat) => store.Counter(StatName.Cluster(cluster, "outlier_detection.ejections_" + stat));
        Active = store.Gauge(StatName.Cluster(cluster, "outlier_detection.ejections_active"));
        EnforcedTotal = Count("enforced_total");
        Overflow = Count("overflow");
        _detected = [.. Names.Select(name => Count("detected_" + name))];
        _enforced = [.. Names.Select(name => Count("enforced_" + name))];
    }

    public Gauge Active { get; }

    public Counter EnforcedTotal { get; }

    public Counter Overflow { get; }

    public Counter Detected(OutlierKind kind) => _detected[(int)kind];

    public Counter Enforced(OutlierKind kind) => _enforced[(int)kind];
}
