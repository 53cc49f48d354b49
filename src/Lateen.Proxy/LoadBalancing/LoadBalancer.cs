namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>Picks a host. One per worker and cluster, so its state needs no lock.</summary>
internal abstract class LoadBalancer
{
    public static LoadBalancer Create(ClusterConfig config) => config.LbPolicy switch
    {
        LbPolicy.LeastRequest => new LeastRequestLoadBalancer(config.LeastRequestChoices),
        LbPolicy.Random => new RandomLoadBalancer(),
        _ => new RoundRobinLoadBalancer(),
    };

    public Host? Pick(HostSet _, PriorityHosts? hosts, ref PickContext context)
    {
        if (hosts is null || hosts.Pickable.IsEmpty)
        {
            return null;
        }

        return hosts.Pickable.Length == 1 ? hosts.Pickable[0] : PickOne(hosts, ref context);
    }

    /// <summary>There are at least two hosts.</summary>
    protected abstract Host PickOne(PriorityHosts hosts, ref PickContext context);
}
