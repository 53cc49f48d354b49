namespace Lateen.Filters.Http.Fault;

/// <summary>What the filter remembers of a stream.</summary>
internal sealed class FaultState
{
    /// <summary>The stream counts as an active fault until it ends.</summary>
    public bool IsActive { get; set; }
}
