namespace Lateen.Proxy.Tests.LoadBalancing;

using Lateen.Engine.Loop;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.LoadBalancing;
using Lateen.Testing;

public sealed class HashingTests
{
    private const int Requests = 20_000;

    [Theory]
    [InlineData(LbPolicy.RingHash)]
    [InlineData(LbPolicy.Maglev)]
    public void The_same_hash_finds_the_same_host(LbPolicy policy)
    {
        using TestProxy proxy = Start(policy, 5);
        Dictionary<ulong, string> before = Owners(proxy);

        Assert.Equal(before, Owners(proxy));
        Assert.Equal(5, before.Values.Distinct().Count());
    }

    [Theory]
    [InlineData(LbPolicy.RingHash)]
    [InlineData(LbPolicy.Maglev)]
    public void Without_a_host_little_moves_besides_its_own_share(LbPolicy policy)
    {
        using TestProxy five = Start(policy, 5);
        using TestProxy four = Start(policy, 4);

        Dictionary<ulong, string> before = Owners(five);
        Dictionary<ulong, string> after = Owners(four);

        int moved = before.Count(b => !b.Value.StartsWith("10.0.1.5:", StringComparison.Ordinal) && after[b.Key] != b.Value);

        // Four hosts have 256 points each where five had 205; the new points take over a little.
        Assert.InRange(moved, 0, Requests / 7);
    }

    [Theory]
    [InlineData(LbPolicy.RingHash)]
    [InlineData(LbPolicy.Maglev)]
    public void Weights_are_shares_of_the_table(LbPolicy policy)
    {
        using TestProxy proxy = Start(policy, 2, static i => i == 1 ? 3 : 1);

        int first = Owners(proxy).Count(static o => o.Value.StartsWith("10.0.1.1:", StringComparison.Ordinal));

        Assert.InRange(first, Requests * 70 / 100, Requests * 80 / 100);
    }

    [Fact]
    public void Without_a_hash_the_pick_is_random()
    {
        using TestProxy proxy = Start(LbPolicy.RingHash, 3);
        var random = new LoopRandom(7);
        var seen = new HashSet<string>();
        for (int i = 0; i < 100; i++)
        {
            var context = new PickContext { Random = random };
            seen.Add(Only(proxy).Pick(0, ref context)?.AddressText ?? "none");
        }

        Assert.Equal(3, seen.Count);
    }

    [Theory]
    [InlineData(LbPolicy.RingHash)]
    [InlineData(LbPolicy.Maglev)]
    public void A_further_attempt_at_a_hash_finds_another_host(LbPolicy policy)
    {
        using TestProxy proxy = Start(policy, 3);
        var retry = new RetryPolicy { AvoidPreviousHosts = true, HostSelectionMaxAttempts = 50 };
        for (ulong hash = 1; hash < 200; hash++)
        {
            var first = new PickContext { Random = new LoopRandom(1), Hash = XxHash64.Hash([(byte)hash]) };
            Host? tried = Only(proxy).Pick(0, ref first);
            var second = new PickContext { Random = first.Random, Hash = first.Hash, Retry = retry, Tried = new Host?[] { tried } };

            Assert.NotEqual(tried, Only(proxy).Pick(0, ref second));
        }
    }

    [Fact]
    public void The_ring_has_at_least_the_points_asked_for()
    {
        using TestProxy proxy = Start(LbPolicy.RingHash, 3);
        Host[] hosts = Only(proxy).Hosts.All;

        var ring = new RingHashTable(Only(proxy).Config, hosts, [1.0 / 3, 1.0 / 3, 1.0 / 3]);

        // ceil(1/3 * 1024) = 342 points each.
        Assert.Equal(1026, ring.Size);
    }

    [Fact]
    public void A_pick_allocates_nothing()
    {
        foreach (LbPolicy policy in (LbPolicy[])[LbPolicy.RingHash, LbPolicy.Maglev, LbPolicy.RoundRobin, LbPolicy.LeastRequest])
        {
            using TestProxy proxy = Start(policy, 4, static i => i);
            var random = new LoopRandom(3);
            Cluster cluster = Only(proxy);
            PickMany(cluster, random, 100);

            Assert.Equal(0, Allocation.LeastOf(() => PickMany(cluster, random, 10_000)).Bytes);
        }
    }

    private static void PickMany(Cluster cluster, LoopRandom random, int count)
    {
        for (int i = 0; i < count; i++)
        {
            var context = new PickContext { Random = random, NowMicros = i, Hash = random.NextUInt64() };
            cluster.Pick(0, ref context);
        }
    }

    private static Cluster Only(TestProxy proxy) => proxy.Core.Clusters.Single();

    private static TestProxy Start(LbPolicy policy, int hosts, Func<int, int>? weight = null) => new(s =>
    {
        s.Hosts = [.. Enumerable.Range(1, hosts).Select(i => HostCounts.Host(i) with { Weight = weight?.Invoke(i) ?? 1 })];
        s.Cluster = c => c with { LbPolicy = policy };
    });

    private static Dictionary<ulong, string> Owners(TestProxy proxy)
    {
        var owners = new Dictionary<ulong, string>();
        var random = new LoopRandom(5);
        for (int i = 0; i < Requests; i++)
        {
            ulong hash = random.NextUInt64();
            var context = new PickContext { Random = random, Hash = hash };
            owners[hash] = Only(proxy).Pick(0, ref context)?.AddressText ?? "none";
        }

        return owners;
    }
}
