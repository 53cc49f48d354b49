namespace Lateen.Proxy.Config;

/// <summary>Requests stay in the proxy's own locality as far as that loads no host more than its share (zone_aware_lb_config).</summary>
public sealed record ZoneAwareConfig
{
    /// <summary>The share of picks that look at localities at all.</summary>
    public double RoutingPercent { get; init; } = 100;

    /// <summary>With fewer healthy hosts localities do not matter.</summary>
    public ulong MinClusterSize { get; init; } = 6;

    /// <summary>In panic nothing is sent, instead of calling unhealthy hosts too.</summary>
    public bool FailTrafficOnPanic { get; init; }
}
