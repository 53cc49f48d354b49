namespace Lateen.Api.Resources.Core;

/// <summary>Whether an endpoint serves; unknown counts as ready, as in Kubernetes.</summary>
public sealed record EndpointConditions
{
    public bool? Ready { get; init; }

    public bool? Serving { get; init; }

    public bool? Terminating { get; init; }
}
