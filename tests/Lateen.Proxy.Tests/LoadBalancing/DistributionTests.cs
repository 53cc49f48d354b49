namespace Lateen.Proxy.Tests.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>Who gets how much, by each balancer, with the seed that <see cref="Picks"/> holds.</summary>
public sealed class DistributionTests
{
    [Fact]
    public void Deadlines_give_each_host_its_weight_in_every_round()
    {
        using var picks = new Picks(static c => c, Weighted(1, 2, 1));

        for (int round = 0; round < 50; round++)
        {
            Assert.Equal([1, 2, 1], picks.Count(4, 3));
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 10, 100)]
    public void Random_looks_at_no_weight(params int[] weights)
    {
        using var picks = new Picks(static c => c with { LbPolicy = LbPolicy.Random }, Weighted(weights));

        Assert.All(picks.Count(30_000, 3), static n => Assert.InRange(n, 9_700, 10_300));
    }

    [Fact]
    public void Least_request_with_equal_hosts_spreads_evenly_and_spares_the_busy_one()
    {
        using var picks = new Picks(static c => c with { LbPolicy = LbPolicy.LeastRequest }, Weighted(1, 1, 1, 1));
        Assert.All(picks.Count(40_000, 4), static n => Assert.InRange(n, 9_700, 10_300));

        Busy(picks, 1, 5);

        // The busy host is taken only when both draws hit it: one in sixteen.
        Assert.InRange(picks.Count(40_000, 4)[0], 2_300, 2_700);
    }

    [Fact]
    public void Least_request_with_weights_divides_them_by_the_requests_in_flight()
    {
        using var picks = new Picks(static c => c with { LbPolicy = LbPolicy.LeastRequest }, Weighted(1, 3));
        Assert.Equal([1_000, 3_000], picks.Count(4_000, 2));

        // 3 / (2 + 1) = 1: even. Deadlines set before the load came still pass once.
        Busy(picks, 2, 2);
        Assert.InRange(picks.Count(4_000, 2)[1], 1_990, 2_010);
    }

    [Theory]
    [InlineData(0, 3_000)]
    [InlineData(2, 1_000)]
    public void The_bias_says_how_much_requests_in_flight_weigh(double bias, int second)
    {
        using var picks = new Picks(
            c => c with { LbPolicy = LbPolicy.LeastRequest, ActiveRequestBias = bias }, Weighted(1, 3));
        Busy(picks, 2, 2);

        // Bias 2: 3 / 9 against 1, a quarter.
        Assert.InRange(picks.Count(4_000, 2)[1], second - 5, second + 5);
    }

    [Fact]
    public void A_full_scan_always_finds_the_least_busy_and_draws_among_equals()
    {
        using var picks = new Picks(
            static c => c with { LbPolicy = LbPolicy.LeastRequest, LeastRequestChoices = int.MaxValue }, Weighted(1, 1, 1, 1));
        Busy(picks, 1, 1);
        Busy(picks, 2, 1);

        int[] counts = picks.Count(20_000, 4);

        Assert.Equal((0, 0), (counts[0], counts[1]));
        Assert.InRange(counts[2], 9_700, 10_300);
    }

    [Theory]
    [InlineData(100, 100, 0)]
    [InlineData(72, 100, 0)]
    [InlineData(71, 99, 1)]
    [InlineData(50, 70, 30)]
    [InlineData(25, 35, 65)]
    [InlineData(0, 0, 100)]
    public void A_priority_spills_what_its_health_no_longer_carries(int healthy, int first, int second)
    {
        HostConfig[] hosts =
        [
            .. Enumerable.Range(1, 100).Select(i => HostCounts.Host(i) with
            {
                Health = i <= healthy ? HostHealth.Healthy : HostHealth.Unhealthy,
            }),
            .. Enumerable.Range(101, 100).Select(static i => HostCounts.Host(i) with { Priority = 1 }),
        ];
        using var picks = new Picks(static c => c, hosts);
        var loads = new int[2];
        for (int i = 0; i < 20_000; i++)
        {
            loads[picks.Number() > 100 ? 1 : 0]++;
        }

        Assert.InRange(loads[0], (first * 200) - 200, (first * 200) + 200);
        Assert.InRange(loads[1], (second * 200) - 200, (second * 200) + 200);
        Assert.Equal([first, second], picks.Cluster.Hosts.HealthyLoads);
    }

    private static HostConfig[] Weighted(params int[] weights) =>
        [.. weights.Select(static (w, i) => HostCounts.Host(i + 1) with { Weight = w })];

    private static void Busy(Picks picks, int host, int requests)
    {
        Host found = picks.Cluster.AllHosts.Single(h => (h.Address.V4Bits & 0xFF) == host);
        for (int i = 0; i < requests; i++)
        {
            found.AddRequest();
        }
    }
}
