namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.Stats;

/// <summary>What zone-aware routing decided: cluster.NAME.lb_zone_* and its neighbours.</summary>
internal sealed class ZoneStats
{
    public ZoneStats(StatsStore store, string cluster)
    {
        Counter Count(string stat) => store.Counter(StatName.Cluster(cluster, stat));
        Recalculated = Count("lb_recalculate_zone_structures");
        ClusterTooSmall = Count("lb_zone_cluster_too_small");
        LocalClusterNotOk = Count("lb_local_cluster_not_ok");
        AllDirectly = Count("lb_zone_routing_all_directly");
        Sampled = Count("lb_zone_routing_sampled");
        CrossZone = Count("lb_zone_routing_cross_zone");
        NoCapacityLeft = Count("lb_zone_no_capacity_left");
    }

    public Counter Recalculated { get; }

    public Counter ClusterTooSmall { get; }

    /// <summary>The proxies themselves are in panic or nowhere to be found.</summary>
    public Counter LocalClusterNotOk { get; }

    public Counter AllDirectly { get; }

    /// <summary>Stayed in the own locality, by lot.</summary>
    public Counter Sampled { get; }

    public Counter CrossZone { get; }

    public Counter NoCapacityLeft { get; }
}
