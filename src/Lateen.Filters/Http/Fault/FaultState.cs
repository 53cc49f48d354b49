namespace Lateen.Filters.Http.Fault;

/// <summary>What the filter remembers of a stream.</summary>
internal sealed class FaultState
{
    /// <summary>The stream counts as an active fault until it ends.</summary>
    public bool IsActive { get; set; }

    /// <summary>The gRPC status that the answer must carry; below 0 for none.</summary>
    public int GrpcStatus { get; set; } = -1;
}
