namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.Core;

/// <summary>Where a Service is reached from outside.</summary>
/// <param name="Type">ClusterIP, NodePort or LoadBalancer.</param>
/// <param name="External">Addresses of its load balancer, and its external ones.</param>
internal sealed record ServiceFacts(string Type, ValueList<LoadBalancerIngress> External)
{
    public static ServiceFacts Of(Service service)
    {
        ValueList<LoadBalancerIngress> balanced = service.Status?.LoadBalancer?.Ingress ?? [];
        IEnumerable<LoadBalancerIngress> fixedOnes = service.Spec.ExternalIPs.Select(ip => new LoadBalancerIngress { Ip = ip });
        return new ServiceFacts(service.Spec.Type, balanced.Concat(fixedOnes).ToValueList());
    }
}
