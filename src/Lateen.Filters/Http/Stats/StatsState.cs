namespace Lateen.Filters.Http.Stats;

/// <summary>What the filter remembers of a stream.</summary>
internal sealed class StatsState
{
    public bool IsGrpc { get; set; }

    /// <summary>-1 until the response or its trailers said.</summary>
    public int GrpcStatus { get; set; }
}
