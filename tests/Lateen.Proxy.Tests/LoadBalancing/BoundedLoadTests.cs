namespace Lateen.Proxy.Tests.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

public sealed class BoundedLoadTests
{
    [Theory]
    [InlineData(LbPolicy.RingHash)]
    [InlineData(LbPolicy.Maglev)]
    public void One_hash_alone_fills_a_host_to_its_bound_and_then_goes_on_to_the_same_next_one(LbPolicy policy)
    {
        using Picks picks = Start(policy, 150);
        var order = new List<int>();
        for (int i = 0; i < 40; i++)
        {
            order.Add(Take(picks, 7));
        }

        int[] loads = [.. picks.Cluster.AllHosts.Select(static h => h.ActiveRequests)];

        // 41 requests x 1.5 are 62 slots, 16 for each of four hosts; a host may hold one more than its slots.
        Assert.InRange(loads.Max(), 10, 17);
        Assert.Equal(40, loads.Sum());

        using Picks again = Start(policy, 150);
        Assert.Equal(order, Enumerable.Range(0, 40).Select(_ => Take(again, 7)));
    }

    [Theory]
    [InlineData(LbPolicy.RingHash)]
    [InlineData(LbPolicy.Maglev)]
    public void Below_the_bound_the_hash_decides(LbPolicy policy)
    {
        using Picks bounded = Start(policy, 150);
        using Picks free = Start(policy, 0);

        for (ulong hash = 0; hash < 500; hash++)
        {
            Assert.Equal(free.Number(hash * 0x9E3779B97F4A7C15), bounded.Number(hash * 0x9E3779B97F4A7C15));
        }
    }

    [Fact]
    public void A_bounded_pick_allocates_nothing()
    {
        using Picks picks = Start(LbPolicy.Maglev, 110);
        for (int i = 0; i < 100; i++)
        {
            Take(picks, (ulong)i % 2);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong i = 0; i < 1_000; i++)
        {
            picks.Pick(i % 3);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static int Take(Picks picks, ulong hash)
    {
        Host? host = picks.Pick(hash);
        host?.AddRequest();
        picks.Cluster.Stats.RequestsActive.Increment();
        return (int)((host?.Address.V4Bits ?? 0) & 0xFF);
    }

    private static Picks Start(LbPolicy policy, uint factor) => new(
        c => c with { LbPolicy = policy, HashBalanceFactor = factor }, [.. Enumerable.Range(1, 4).Select(HostCounts.Host)]);
}
