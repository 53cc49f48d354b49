namespace Lateen.Filters.Http.Stats;

using PeerMetadata = Lateen.Proxy.Http.PeerMetadata;

/// <summary>What the filter remembers of a stream.</summary>
internal sealed class StatsState
{
    public bool IsGrpc { get; set; }

    /// <summary>-1 until the response or its trailers said.</summary>
    public int GrpcStatus { get; set; }

    /// <summary>What earlier requests on this object were counted as: most are like the one before, and need no look-up.</summary>
    public StatsKey LastKey { get; set; }

    public RequestMetrics? LastMetrics { get; set; }

    public string? LastWorkload { get; set; }

    public PeerMetadata? LastWorkloadPeer { get; set; }
}
