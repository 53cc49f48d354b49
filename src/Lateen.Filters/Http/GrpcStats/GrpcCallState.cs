namespace Lateen.Filters.Http.GrpcStats;

/// <summary>What the filter remembers of a stream.</summary>
internal sealed class GrpcCallState
{
    public bool IsGrpc { get; set; }

    public bool Succeeded { get; set; }
}
