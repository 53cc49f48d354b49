namespace Lateen.Api.Resources.Core;

using Lateen.Api.Names;

/// <summary>Addresses of a load balancer.</summary>
public sealed record LoadBalancerStatus
{
    public ValueList<LoadBalancerIngress> Ingress { get; init; } = [];
}
