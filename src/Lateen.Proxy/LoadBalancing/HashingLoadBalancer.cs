namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>Follows the request's hash to its host; without one, picks at random.</summary>
internal sealed class HashingLoadBalancer(ClusterConfig config) : LoadBalancer(config)
{
    protected override Host PickOne(HostGroup group, ref PickContext context)
    {
        ulong hash = context.Hash ?? context.Random.NextUInt64();
        return group.Table?.Find(hash, context.Hash is null ? 0 : context.Redraws) ?? group.Hosts[0];
    }

    // The priority follows the hash too, or one caller would wander between priorities.
    protected override int Draw(ref PickContext context) =>
        context.Hash is { } hash ? (int)(hash % 100) : context.Random.Next(100);
}
