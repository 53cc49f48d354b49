namespace Lateen.Filters.Http.Cors;

/// <summary>What the filter remembers of a stream.</summary>
internal sealed class CorsState
{
    /// <summary>The policy whose headers the response gets; null when it gets none.</summary>
    public CorsPolicy? Policy { get; set; }

    /// <summary>The response is our own answer to a preflight.</summary>
    public bool IsPreflight { get; set; }
}
