namespace Lateen.Proxy.Config;

/// <summary>The hosts of a cluster (EDS resource).</summary>
public sealed record EndpointsConfig
{
    public required string Name { get; init; }

    public IReadOnlyList<HostConfig> Hosts { get; init; } = [];

    /// <summary>Null drops nothing.</summary>
    public DropOverload? DropOverload { get; init; }

    /// <summary>In percent; how much health a priority may lose before it spills over.</summary>
    public int OverprovisioningFactor { get; init; } = 140;

    /// <summary>A priority's health is its share of weight, not of hosts.</summary>
    public bool WeightedPriorityHealth { get; init; }
}
