namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>
/// Picks the less busy of some hosts drawn at random; with unequal weights by deadlines of weight / (active + 1).
/// </summary>
internal sealed class LeastRequestLoadBalancer(ClusterConfig config) : LoadBalancer(config)
{
    protected override Host PickOne(HostGroup group, ref PickContext context)
    {
        HostSchedule schedule = ScheduleOf(group, ref context);
        if (schedule.IsWeighted)
        {
            return schedule.Next(context.NowMicros);
        }

        if (Config.LeastRequestChoices == int.MaxValue)
        {
            return LeastOfAll(group.Hosts, ref context);
        }

        // With replacement, as Envoy draws: all draws may be the same host. A tie goes to the first.
        ReadOnlySpan<Host> hosts = group.Hosts;
        Host best = hosts[context.Random.Next(hosts.Length)];
        for (int i = 1; i < Config.LeastRequestChoices; i++)
        {
            Host other = hosts[context.Random.Next(hosts.Length)];
            best = other.ActiveRequests < best.ActiveRequests ? other : best;
        }

        return best;
    }

    // FULL_SCAN of the extension: every host is looked at, and a tie is decided by lot.
    private static Host LeastOfAll(ReadOnlySpan<Host> hosts, ref PickContext context)
    {
        Host best = hosts[0];
        int ties = 1;
        foreach (Host host in hosts[1..])
        {
            int difference = host.ActiveRequests - best.ActiveRequests;
            ties = difference == 0 ? ties + 1 : difference < 0 ? 1 : ties;
            if (difference < 0 || (difference == 0 && context.Random.Next(ties) == 0))
            {
                best = host;
            }
        }

        return best;
    }
}
