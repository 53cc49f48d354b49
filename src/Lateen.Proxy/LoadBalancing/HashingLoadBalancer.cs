namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>Follows the request's hash to its host; without one, picks at random.</summary>
internal sealed class HashingLoadBalancer(ClusterConfig config) : LoadBalancer(config)
{
    private int[] _order = [];

    protected override Host PickOne(HostGroup group, ref PickContext context)
    {
        ulong hash = context.Hash ?? context.Random.NextUInt64();
        if (group.Table is not { } table)
        {
            return group.Hosts[0];
        }

        Host host = table.Find(hash, context.Hash is null ? 0 : context.Redraws);
        return Config.HashBalanceFactor == 0 ? host : Bounded(table, host, hash);
    }

    // The priority follows the hash too, or one caller would wander between priorities.
    protected override int Draw(ref PickContext context) =>
        context.Hash is { } hash ? (int)(hash % 100) : context.Random.Next(100);

    // Consistent hashing with bounded loads (arXiv 1608.01350); a full host is left for another by jumps that the hash alone decides, so
    // that the same hash tries the same hosts (arXiv 1908.08762; Envoy, BoundedLoadHashingLoadBalancer).
    private Host Bounded(HashTable table, Host first, ulong hash)
    {
        long slots = (((first.Cluster.Stats.RequestsActive.Value + 1) * Config.HashBalanceFactor) + 99) / 100;
        ReadOnlySpan<Host> hosts = table.Hosts;
        double least = LoadOf(first, table.Shares[hosts.IndexOf(first)], slots);
        if (least <= 1)
        {
            return first;
        }

        if (_order.Length < hosts.Length)
        {
            _order = new int[hosts.Length];
        }

        for (int i = 0; i < hosts.Length; i++)
        {
            _order[i] = i;
        }

        Host best = first;
        var sequence = new JumpSequence(hash);
        for (int i = 0; i < hosts.Length; i++)
        {
            int jump = i + sequence.Next(hosts.Length - i);
            (_order[i], _order[jump]) = (_order[jump], _order[i]);
            Host other = hosts[_order[i]];
            double load = ReferenceEquals(other, first) ? double.MaxValue : LoadOf(other, table.Shares[_order[i]], slots);
            if (load <= 1)
            {
                return other;
            }

            (best, least) = load < least ? (other, load) : (best, least);
        }

        return best;
    }

    // Of its slots, which are its share of all slots and at least one, how many are taken.
    private static double LoadOf(Host host, double share, long slots) =>
        host.ActiveRequests / Math.Max(1, Math.Ceiling(slots * share));

    // SplitMix64: a generator of one word, so that seeding it for each request costs nothing.
    private struct JumpSequence(ulong seed)
    {
        private ulong _state = seed;

        public int Next(int bound)
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (int)Math.BigMul(z ^ (z >> 31), (ulong)bound, out _);
        }
    }
}
