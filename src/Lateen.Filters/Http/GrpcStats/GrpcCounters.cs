namespace Lateen.Filters.Http.GrpcStats;

using Lateen.Proxy.Stats;

/// <summary>The gRPC counters of one cluster.</summary>
internal sealed class GrpcCounters(StatsStore stats, string cluster)
{
    public Counter Total { get; } = stats.Counter(StatName.Cluster(cluster, "grpc.total"));

    public Counter Success { get; } = stats.Counter(StatName.Cluster(cluster, "grpc.success"));

    public Counter Failure { get; } = stats.Counter(StatName.Cluster(cluster, "grpc.failure"));
}
