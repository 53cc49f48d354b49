namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>Takes hosts in turn; by earliest deadline first when they differ in weight or warm up.</summary>
internal sealed class RoundRobinLoadBalancer(ClusterConfig config) : LoadBalancer(config)
{
    protected override Host PickOne(HostGroup group, ref PickContext context) =>
        ScheduleOf(group, ref context).Next(context.NowMicros);
}
