namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;

/// <summary>
/// Picks the less busy of some hosts drawn at random; with unequal weights by deadlines of weight / (active + 1).
/// </summary>
internal sealed class LeastRequestLoadBalancer(int choices) : LoadBalancer
{
    private readonly EdfSchedules _schedules = new();

    protected override Host PickOne(PriorityHosts hosts, ref PickContext context)
    {
        if (hosts.WeightsDiffer)
        {
            return _schedules.For(hosts, context.Random).Next(leastRequest: true);
        }

        // With replacement, as Envoy draws: all draws may be the same host. A tie goes to the first.
        ReadOnlySpan<Host> pickable = hosts.Pickable;
        Host best = pickable[context.Random.Next(pickable.Length)];
        for (int i = 1; i < choices; i++)
        {
            Host other = pickable[context.Random.Next(pickable.Length)];
            best = other.ActiveRequests < best.ActiveRequests ? other : best;
        }

        return best;
    }
}
