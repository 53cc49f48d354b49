namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>Picks uniformly; weights are not looked at, as in Envoy.</summary>
internal sealed class RandomLoadBalancer(ClusterConfig config) : LoadBalancer(config)
{
    protected override Host PickOne(HostGroup group, ref PickContext context) =>
        group.Hosts[context.Random.Next(group.Count)];
}
