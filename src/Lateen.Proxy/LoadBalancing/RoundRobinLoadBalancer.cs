namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;

/// <summary>Takes hosts in turn; by earliest deadline first when their weights differ.</summary>
internal sealed class RoundRobinLoadBalancer : LoadBalancer
{
    private readonly EdfSchedules _schedules = new();

    protected override Host PickOne(PriorityHosts hosts, ref PickContext context)
    {
        EdfSchedule schedule = _schedules.For(hosts, context.Random);
        return hosts.WeightsDiffer ? schedule.Next(leastRequest: false) : hosts.Pickable[schedule.NextIndex()];
    }
}
