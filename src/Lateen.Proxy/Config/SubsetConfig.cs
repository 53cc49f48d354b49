namespace Lateen.Proxy.Config;

/// <summary>Parts of a cluster by the metadata of its hosts (lb_subset_config).</summary>
public sealed record SubsetConfig
{
    public required IReadOnlyList<SubsetSelector> Selectors { get; init; }

    /// <summary>For a request that names no subset, or one without a host.</summary>
    public SubsetFallback Fallback { get; init; }

    /// <summary>What a host must have to be in the default subset; null when there is none.</summary>
    public SubsetCriteria? Default { get; init; }

    /// <summary>Localities keep their weights inside a subset.</summary>
    public bool LocalityWeightAware { get; init; }

    /// <summary>When the fallback has no host either, any host will do.</summary>
    public bool PanicModeAny { get; init; }

    /// <summary>A host with a list of values is in the subset of each of them.</summary>
    public bool ListAsAny { get; init; }
}
