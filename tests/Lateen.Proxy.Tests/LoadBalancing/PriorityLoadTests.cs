namespace Lateen.Proxy.Tests.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class PriorityLoadTests
{
    /// <summary>The table of Envoy's documentation: the healthy share of P0, and what P0 and P1 then take.</summary>
    [Theory]
    [InlineData(100, 100, 100, 0)]
    [InlineData(72, 100, 100, 0)]
    [InlineData(71, 100, 99, 1)]
    [InlineData(50, 100, 70, 30)]
    [InlineData(25, 100, 35, 65)]
    [InlineData(0, 100, 0, 100)]
    [InlineData(25, 25, 50, 50)]
    [InlineData(50, 0, 100, 0)]
    public void The_load_of_a_priority_follows_its_health(int healthy0, int healthy1, int load0, int load1)
    {
        int[] health = [PriorityLoads.Availability(healthy0, 100, 140), PriorityLoads.Availability(healthy1, 100, 140)];
        int[] loads = new int[2];

        Assert.True(PriorityLoads.Compute(health, new int[2], loads, new int[2]));

        Assert.Equal([load0, load1], loads);
    }

    [Fact]
    public void Degraded_hosts_take_what_healthy_ones_cannot()
    {
        int[] healthy = new int[2];
        int[] degraded = new int[2];

        PriorityLoads.Compute([35, 0], [100, 0], healthy, degraded);

        Assert.Equal([35, 0], healthy);
        Assert.Equal([65, 0], degraded);
    }

    [Fact]
    public void A_degraded_host_is_left_alone_while_healthy_ones_carry_everything()
    {
        int[] counts = HostCounts.Of(100, c => c, [HostHealth.Healthy, HostHealth.Healthy, HostHealth.Healthy, HostHealth.Degraded]);

        Assert.Equal(0, counts[3]);
    }

    [Theory]
    [InlineData(HostHealth.Unhealthy)]
    [InlineData(HostHealth.Draining)]
    [InlineData(HostHealth.Timeout)]
    public void A_host_that_EDS_calls_unfit_gets_nothing(HostHealth health)
    {
        int[] counts = HostCounts.Of(30, c => c, [HostHealth.Healthy, HostHealth.Unknown, health]);

        Assert.Equal([15, 15, 0], counts);
    }

    [Fact]
    public void Without_a_panic_threshold_nobody_healthy_means_no_healthy_upstream()
    {
        using var proxy = new TestProxy(s =>
        {
            s.Cluster = c => c with { PanicThresholdPercent = 0 };
            s.Hosts = [new HostConfig { Address = TestProxy.Ip("10.0.1.1", 9080), Health = HostHealth.Unhealthy }];
        });

        TestCall call = proxy.Send("GET /");

        Assert.Equal((503, "no healthy upstream"), (call.Response.Status, call.Response.Body));
        Assert.Equal("UH", proxy.AccessLog.Last.Flags);
    }

    [Fact]
    public void A_pick_in_panic_is_counted()
    {
        using var proxy = new TestProxy(s =>
            s.Hosts = [new HostConfig { Address = TestProxy.Ip("10.0.1.1", 9080), Health = HostHealth.Unhealthy }]);

        TestCall call = proxy.Send("GET /");

        Assert.Equal(200, call.Response.Status);
        Assert.Equal(1, proxy.Counter("cluster.upstream.lb_healthy_panic"));
    }

    [Fact]
    public void When_all_priorities_panic_load_follows_the_number_of_hosts()
    {
        var hosts = new List<HostConfig>();
        for (int i = 1; i <= 4; i++)
        {
            hosts.Add(HostCounts.Host(i) with { Priority = i == 1 ? 0 : 1, Health = HostHealth.Unhealthy });
        }

        int[] counts = HostCounts.Of(1000, static c => c, hosts);

        Assert.InRange(counts[0], 200, 300);
    }

    [Theory]
    [InlineData(false, 930)]
    [InlineData(true, 140)]
    public void Health_may_be_counted_by_weight(bool weighted, int first)
    {
        // Of three hosts in the first priority the light two are left: 93 % health by number, 14 % by weight.
        HostConfig[] hosts =
        [
            HostCounts.Host(1) with { Weight = 1 }, HostCounts.Host(2) with { Weight = 1 },
            HostCounts.Host(3) with { Weight = 18, Health = HostHealth.Unhealthy }, HostCounts.Host(4) with { Priority = 1 },
        ];
        using var picks = new Picks(s => s.Cluster = c => c with
        {
            InlineEndpoints = new EndpointsConfig { Name = c.Name, Hosts = hosts, WeightedPriorityHealth = weighted },
        });

        int[] counts = picks.Count(1000, 4);

        Assert.InRange(counts[0] + counts[1], first - 50, first + 50);
    }

    [Fact]
    public void Connections_to_all_hosts_drain_when_one_comes_if_so_configured()
    {
        var setup = new TestProxySetup();
        using var proxy = new TestProxy(s =>
        {
            setup = s;
            s.Cluster = static c => c with { DrainsOnHostSetChange = true };
        });
        proxy.Send("GET /");
        Assert.Equal(1, proxy.Gauge("cluster.upstream.upstream_cx_active"));

        setup.Hosts = [HostCounts.Host(1), HostCounts.Host(2)];
        proxy.Apply(setup.Build(proxy.Upstream.Address));

        Assert.Equal(0, proxy.Gauge("cluster.upstream.upstream_cx_active"));
    }

    [Fact]
    public void Localities_share_by_weight()
    {
        int[] counts = HostCounts.Of(400, static c => c with { LocalityWeighted = true }, Weighted(HostHealth.Healthy));

        // 80 : 20 by locality, then in turn within it.
        Assert.Equal([160, 160, 80], counts);
    }

    [Fact]
    public void A_locality_that_loses_hosts_loses_weight_beyond_the_overprovisioning()
    {
        int[] counts = HostCounts.Of(760, static c => c with { LocalityWeighted = true }, Weighted(HostHealth.Unhealthy));

        // Half of 80 is healthy: 80 * 0.5 * 1.4 = 56 against 20.
        Assert.Equal([560, 0, 200], counts);
    }

    [Fact]
    public void A_retry_avoids_the_priorities_tried_before()
    {
        using var proxy = new TestProxy(s =>
        {
            s.Hosts = [HostCounts.Host(1), HostCounts.Host(2) with { Priority = 1 }];
            s.Routes =
            [
                TestProxySetup.ToUpstream(static a => a with
                {
                    RetryPolicy = new RetryPolicy { RetryOn = RetryOn.FiveXx, NumRetries = 1, PreviousPrioritiesFrequency = 1 },
                }),
            ];
        });
        proxy.Upstream.Answer = static _ => TestUpstream.Response(503);
        TestUpstream second = proxy.AddUpstream("10.0.1.2", 9080);

        TestCall call = proxy.Send("GET /");
        proxy.AdvanceMs(500);

        Assert.Equal(200, call.Response.Status);
        Assert.Equal((1, 1), (proxy.Upstream.RequestCount, second.RequestCount));
    }

    [Fact]
    public void A_retry_avoids_the_host_tried_before()
    {
        using var proxy = new TestProxy(s =>
        {
            s.Hosts = [HostCounts.Host(1), HostCounts.Host(2)];
            s.Cluster = static c => c with { LbPolicy = LbPolicy.Random };
            s.Routes =
            [
                TestProxySetup.ToUpstream(static a => a with
                {
                    RetryPolicy = new RetryPolicy
                    {
                        RetryOn = RetryOn.FiveXx, NumRetries = 1, AvoidPreviousHosts = true, HostSelectionMaxAttempts = 30,
                    },
                }),
            ];
        });
        proxy.Upstream.Answer = static _ => TestUpstream.Response(503);
        proxy.AddUpstream("10.0.1.2", 9080);

        for (int i = 0; i < 20; i++)
        {
            TestCall call = proxy.Send("GET /");
            proxy.AdvanceMs(500);
            Assert.Equal(200, call.Response.Status);
        }
    }

    private static List<HostConfig> Weighted(HostHealth second)
    {
        var near = new HostLocality("r1", "z1", "");
        var far = new HostLocality("r1", "z2", "");
        return
        [
            HostCounts.Host(1) with { Locality = near, LocalityWeight = 80 },
            HostCounts.Host(2) with { Locality = near, LocalityWeight = 80, Health = second },
            HostCounts.Host(3) with { Locality = far, LocalityWeight = 20 },
        ];
    }
}
