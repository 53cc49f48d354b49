namespace Lateen.Api.Resources.Core;

/// <summary>One address of a load balancer.</summary>
public sealed record LoadBalancerIngress
{
    public string Ip { get; init; } = "";

    public string Hostname { get; init; } = "";
}
