namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;

/// <summary>Picks uniformly; weights are not looked at, as in Envoy.</summary>
internal sealed class RandomLoadBalancer : LoadBalancer
{
    protected override Host PickOne(PriorityHosts hosts, ref PickContext context) =>
        hosts.Pickable[context.Random.Next(hosts.Pickable.Length)];
}
