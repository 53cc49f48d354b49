namespace Lateen.Api.Resources.Core;

/// <summary>The state of a Service.</summary>
public sealed record ServiceStatus
{
    public LoadBalancerStatus? LoadBalancer { get; init; }
}
