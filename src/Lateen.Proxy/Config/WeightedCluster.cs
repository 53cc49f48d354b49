namespace Lateen.Proxy.Config;

/// <summary>One target of a route or TCP proxy with its share of the traffic.</summary>
public sealed record WeightedCluster(string Name, uint Weight = 1)
{
    public HeaderMutations RequestHeaders { get; init; } = HeaderMutations.None;

    public HeaderMutations ResponseHeaders { get; init; } = HeaderMutations.None;

    /// <summary>What hosts of the cluster must have; null asks nothing.</summary>
    public SubsetCriteria? Subset { get; init; }

    public string HostRewriteLiteral { get; init; } = "";

    public IReadOnlyList<PerFilterConfig> FilterConfigs { get; init; } = [];
}
