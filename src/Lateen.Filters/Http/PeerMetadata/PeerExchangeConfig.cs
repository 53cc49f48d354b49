namespace Lateen.Filters.Http.PeerMetadata;

/// <summary>Which of the four moments of the exchange take place on a filter chain.</summary>
internal sealed record PeerExchangeConfig
{
    public bool DiscoverDownstream { get; init; }

    public bool DiscoverUpstream { get; init; }

    public bool PropagateDownstream { get; init; }

    public bool PropagateUpstream { get; init; }

    /// <summary>Do not tell services outside the mesh who we are.</summary>
    public bool SkipExternalClusters { get; init; }
}
