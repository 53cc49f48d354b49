namespace Lateen.Proxy.Tests.LoadBalancing;

using Lateen.Proxy.Config;
using Lateen.Testing;

/// <summary>This proxy runs in zone a; each picture is "callers per zone" against "hosts per zone".</summary>
public sealed class ZoneAwareTests
{
    private const int Total = 20_000;

    [Fact]
    public void All_stays_in_the_zone_when_it_has_its_share_of_hosts()
    {
        using Picks picks = With(callers: [1, 1], hosts: [3, 3]);

        Assert.Equal([100, 0], Percent(picks, 3, 3));
        Assert.Equal(Total, picks.Proxy.Counter("cluster.upstream.lb_zone_routing_all_directly"));
    }

    /// <summary>75 % of the callers share half of the hosts: two thirds of their requests stay, so that every host gets alike.</summary>
    [Fact]
    public void What_the_zone_has_no_room_for_leaves_it()
    {
        using Picks picks = With(callers: [3, 1], hosts: [5, 5]);

        Assert.Equal([67, 33], Percent(picks, 5, 5), Near(1));
        Assert.Equal(
            Total,
            picks.Proxy.Counter("cluster.upstream.lb_zone_routing_sampled") + picks.Proxy.Counter("cluster.upstream.lb_zone_routing_cross_zone"));
    }

    /// <summary>Callers 66.6, 16.6, 16.6 %; hosts 25, 25, 50 %. In the zone 37.5 % stay; room elsewhere is 8.3 against 33.3.</summary>
    [Fact]
    public void Other_zones_share_by_the_room_their_own_callers_leave()
    {
        using Picks picks = With(callers: [4, 1, 1], hosts: [2, 2, 4]);

        Assert.Equal([37.5, 12.5, 50], Percent(picks, 2, 2, 4), Near(1));
    }

    [Fact]
    public void A_zone_without_hosts_sends_everything_where_there_is_room()
    {
        using Picks picks = With(callers: [1, 1, 0], hosts: [0, 3, 5]);

        // Zone b has 37.5 % of the hosts and half of the callers, so there is no room.
        Assert.Equal([0, 0, 100], Percent(picks, 0, 3, 5));
    }

    [Fact]
    public void Zones_do_not_matter_to_a_small_cluster()
    {
        using Picks picks = With(callers: [1, 1], hosts: [2, 3]);

        Assert.Equal([40, 60], Percent(picks, 2, 3), Near(1));
        Assert.Equal(1, picks.Proxy.Counter("cluster.upstream.lb_zone_cluster_too_small"));
    }

    [Fact]
    public void Without_a_local_cluster_zones_do_not_matter()
    {
        using Picks picks = With(callers: [1, 1], hosts: [3, 3], setup: static s => s.LocalClusterName = "nowhere");

        Assert.Equal([50, 50], Percent(picks, 3, 3), Near(1));
        Assert.Equal(1, picks.Proxy.Counter("cluster.upstream.lb_local_cluster_not_ok"));
    }

    [Fact]
    public void Routing_may_be_enabled_for_a_share_of_requests()
    {
        using Picks picks = With(callers: [1, 1], hosts: [3, 3], zones: new ZoneAwareConfig { RoutingPercent = 30 });

        // 30 % stay, of the rest one half.
        Assert.Equal([65, 35], Percent(picks, 3, 3), Near(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void In_panic_every_host_is_called_unless_traffic_shall_fail(bool fail)
    {
        using Picks picks = With(
            callers: [1, 1], hosts: [3, 3], zones: new ZoneAwareConfig { FailTrafficOnPanic = fail }, host: static h => h with
            {
                Health = HostHealth.Unhealthy,
            });

        Assert.Equal(fail, picks.Pick() is null);
        Assert.Equal(1, picks.Proxy.Counter("cluster.upstream.lb_healthy_panic"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void When_the_callers_are_in_panic_zones_do_not_matter_unless_traffic_shall_fail(bool fail)
    {
        using Picks picks = With(
            callers: [2, 2], hosts: [3, 3], zones: new ZoneAwareConfig { FailTrafficOnPanic = fail }, caller: static (c, i) => c with
            {
                Health = i < 3 ? HostHealth.Unhealthy : HostHealth.Healthy,
            });

        if (fail)
        {
            Assert.Null(picks.Pick());
            return;
        }

        Assert.Equal([50, 50], Percent(picks, 3, 3), Near(1));
    }

    [Fact]
    public void Hosts_that_fail_give_their_zone_less_room()
    {
        // One of four hosts in the zone is left: of five healthy ones 20 %, for half of the callers.
        using Picks picks = With(
            callers: [1, 1], hosts: [4, 4], zones: new ZoneAwareConfig { MinClusterSize = 2 }, host: static h => h with
            {
                Health = (h.Address.V4Bits & 0xFF) <= 3 ? HostHealth.Unhealthy : HostHealth.Healthy,
            });

        Assert.Equal([40, 60], Percent(picks, 4, 4), Near(1));
    }

    [Fact]
    public void Shares_follow_the_callers_as_they_come_and_go()
    {
        var setup = new TestProxySetup();
        using Picks picks = With(callers: [1, 1], hosts: [3, 3], setup: s => setup = s);
        Assert.Equal([100, 0], Percent(picks, 3, 3));

        setup.MoreClusters = [Callers([3, 1], static (c, _) => c)];
        picks.Proxy.Apply(setup.Build(picks.Proxy.Upstream.Address));

        Assert.Equal([67, 33], Percent(picks, 3, 3), Near(1));
    }

    private static Picks With(
        int[] callers, int[] hosts, ZoneAwareConfig? zones = null, Func<HostConfig, HostConfig>? host = null,
        Func<HostConfig, int, HostConfig>? caller = null, Action<TestProxySetup>? setup = null) => new(s =>
        {
            s.Locality = Zone(0);
            s.LocalClusterName = "callers";
            s.Hosts = [.. InZones(hosts, 1).Select(h => host is null ? h : host(h))];
            s.Cluster = c => c with { ZoneAware = zones ?? new ZoneAwareConfig() };
            s.MoreClusters = [Callers(callers, caller ?? (static (c, _) => c))];
            setup?.Invoke(s);
        });

    private static ClusterConfig Callers(int[] perZone, Func<HostConfig, int, HostConfig> change) => new()
    {
        Name = "callers",
        Type = ClusterType.Static,
        InlineEndpoints = new EndpointsConfig { Name = "callers", Hosts = [.. InZones(perZone, 101).Select(change)] },
    };

    private static IEnumerable<HostConfig> InZones(int[] perZone, int first)
    {
        for (int zone = 0; zone < perZone.Length; zone++)
        {
            for (int i = 0; i < perZone[zone]; i++)
            {
                yield return HostCounts.Host(first++) with { Locality = Zone(zone) };
            }
        }
    }

    private static HostLocality Zone(int number) => new("here", ((char)('a' + number)).ToString(), "");

    private static double[] Percent(Picks picks, params int[] hosts)
    {
        int[] counts = picks.Count(Total, hosts.Sum());
        var result = new double[hosts.Length];
        int at = 0;
        for (int zone = 0; zone < hosts.Length; zone++)
        {
            result[zone] = Math.Round(100.0 * counts[at..(at + hosts[zone])].Sum() / Total, 1);
            at += hosts[zone];
        }

        return result;
    }

    private static WithinDistance Near(double distance) => new(distance);

    private sealed class WithinDistance(double distance) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= distance;

        public int GetHashCode(double obj) => 0;
    }
}
