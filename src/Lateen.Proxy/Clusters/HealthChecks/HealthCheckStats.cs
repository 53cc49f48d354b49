namespace Lateen.Proxy.Clusters.HealthChecks;

using Lateen.Proxy.Stats;

/// <summary>Envoy's cluster.NAME.health_check.* stats.</summary>
internal sealed class HealthCheckStats
{
    public HealthCheckStats(StatsStore store, string cluster)
    {
        Counter Count(string stat) => store.Counter(StatName.Cluster(cluster, "health_check." + stat));
        Attempt = Count("attempt");
        Success = Count("success");
        Failure = Count("failure");
        PassiveFailure = Count("passive_failure");
        NetworkFailure = Count("network_failure");
        VerifyCluster = Count("verify_cluster");
        Healthy = store.Gauge(StatName.Cluster(cluster, "health_check.healthy"));
        Degraded = store.Gauge(StatName.Cluster(cluster, "health_check.degraded"));
    }

    public Counter Attempt { get; }

    public Counter Success { get; }

    public Counter Failure { get; }

    public Counter PassiveFailure { get; }

    public Counter NetworkFailure { get; }

    /// <summary>Checks that looked at the name of the cluster that answered.</summary>
    public Counter VerifyCluster { get; }

    public Gauge Healthy { get; }

    public Gauge Degraded { get; }
}
