namespace Lateen.Proxy.Clusters;

/// <summary>The hosts of one priority, ready to pick from.</summary>
internal sealed class PriorityHosts
{
    public required HostGroup All { get; init; }

    public required HostGroup Healthy { get; init; }

    public required HostGroup Degraded { get; init; }

    /// <summary>Too few hosts are healthy to trust the rest with all traffic: every host is used.</summary>
    public bool IsPanic { get; init; }

    /// <summary>Null without locality weights.</summary>
    public LocalityGroups? HealthyLocalities { get; init; }

    public LocalityGroups? DegradedLocalities { get; init; }

    /// <summary>The healthy hosts by locality; null unless routing is zone-aware.</summary>
    public ZoneGroups? Zones { get; init; }
}
