namespace Lateen.Filters.Http.PeerMetadata;

/// <summary>What the filter remembers of a stream.</summary>
internal sealed class PeerExchangeState
{
    /// <summary>The caller exchanges metadata, so it may be answered with ours.</summary>
    public bool PeerAsked { get; set; }
}
