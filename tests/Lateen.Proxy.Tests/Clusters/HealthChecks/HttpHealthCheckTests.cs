namespace Lateen.Proxy.Tests.Clusters.HealthChecks;

using Lateen.Proxy.Admin;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class HttpHealthCheckTests
{
    private static readonly HealthCheckConfig Every10S = new()
    {
        Timeout = TimeSpan.FromSeconds(1),
        Interval = TimeSpan.FromSeconds(10),
        UnhealthyInterval = TimeSpan.FromSeconds(5),
        UnhealthyEdgeInterval = TimeSpan.FromSeconds(2),
        HealthyEdgeInterval = TimeSpan.FromSeconds(3),
        UnhealthyThreshold = 2,
        HealthyThreshold = 3,
        Http = new HttpHealthCheckConfig { Path = "/ready", RetriableStatuses = [(500, 600)] },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Each_host_is_asked_once_per_interval_whatever_the_number_of_workers(int workers)
    {
        using TestProxy proxy = Start(Every10S, workers, out Checked one, out Checked two);
        proxy.Send("GET /");

        proxy.Advance(TimeSpan.FromSeconds(61));

        // The first check comes before any traffic, so the second waits for the interval of idle clusters.
        Assert.Equal((2, 2), (one.Checks, two.Checks));
        proxy.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((5, 5), (one.Checks, two.Checks));
        Assert.Equal(10, Stat(proxy, "success"));
        Assert.Equal(10, Stat(proxy, "attempt"));
        Assert.Equal(2, proxy.Gauge("cluster.upstream.health_check.healthy"));
        Assert.Equal("GET /ready HTTP/1.1", one.FirstLine);
        Assert.Equal("Envoy/HC", one.UserAgent);
        Assert.Equal(1, one.Upstream.Connections.Count(c => c.Received.Length == 0 && !c.IsClosed && one.IsCheck(c)));
    }

    [Fact]
    public void A_host_that_fails_its_checks_leaves_and_returns_after_as_many_successes_as_configured()
    {
        using TestProxy proxy = Start(Every10S, 1, out Checked one, out _);
        proxy.Send("GET /");
        proxy.Advance(TimeSpan.FromSeconds(60));
        one.Status = 503;

        // 503 is retriable here: the second failure, 2 s after the first, decides.
        proxy.Advance(TimeSpan.FromSeconds(10.5));
        Assert.Equal(2, proxy.Gauge("cluster.upstream.membership_healthy"));
        proxy.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, proxy.Gauge("cluster.upstream.membership_healthy"));
        Assert.Contains("10.0.1.1:9080::health_flags::/failed_active_hc", ClustersText.Text(proxy.Core.Clusters), StringComparison.Ordinal);
        int before = one.Traffic;
        SendMany(proxy, 10);
        Assert.Equal(before, one.Traffic);

        one.Status = 200;
        proxy.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, proxy.Gauge("cluster.upstream.membership_healthy"));
        proxy.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(2, proxy.Gauge("cluster.upstream.membership_healthy"));
        SendMany(proxy, 10);
        Assert.Equal(before + 5, one.Traffic);
        Assert.Equal(2, Stat(proxy, "failure"));
        Assert.Equal(0, Stat(proxy, "network_failure"));
    }

    [Fact]
    public void An_answer_that_is_neither_expected_nor_retriable_decides_at_once()
    {
        using TestProxy proxy = Start(Every10S, 1, out Checked one, out _);
        one.Status = 404;

        proxy.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(1, proxy.Gauge("cluster.upstream.membership_healthy"));
        Assert.Equal(1, Stat(proxy, "failure"));
    }

    [Fact]
    public void A_host_that_stays_silent_times_out_and_its_connection_closes()
    {
        using TestProxy proxy = Start(Every10S with { UnhealthyThreshold = 1 }, 1, out Checked one, out _);
        one.Status = 0;

        proxy.Advance(TimeSpan.FromSeconds(60.5));
        Assert.Equal(2, proxy.Gauge("cluster.upstream.membership_healthy"));
        proxy.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, proxy.Gauge("cluster.upstream.membership_healthy"));
        Assert.Equal((1, 1), (Stat(proxy, "failure"), Stat(proxy, "network_failure")));
        Assert.All(one.Upstream.Connections.Where(one.IsCheck), static c => Assert.True(c.IsClosed));
    }

    [Fact]
    public void A_host_that_refuses_connections_fails_by_the_network()
    {
        using TestProxy proxy = Start(Every10S with { UnhealthyThreshold = 1, ReuseConnection = false }, 1, out Checked one, out _);
        one.Upstream.Stop();

        proxy.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(1, proxy.Gauge("cluster.upstream.membership_healthy"));
        Assert.Equal((1, 1), (Stat(proxy, "failure"), Stat(proxy, "network_failure")));
    }

    [Fact]
    public void A_new_host_waits_for_its_first_check_and_that_one_decides_alone()
    {
        HealthCheckConfig late = Every10S with { InitialJitter = TimeSpan.FromSeconds(20) };

        using TestProxy proxy = Start(late, 1, out _, out _, panic: 0);

        Assert.Equal(503, proxy.Send("GET /").Response.Status);
        Assert.True(proxy.Core.Clusters.Single().IsWarming);
        proxy.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(200, proxy.Send("GET /").Response.Status);
        Assert.False(proxy.Core.Clusters.Single().IsWarming);
        Assert.Equal(2, proxy.Gauge("cluster.upstream.membership_healthy"));
    }

    [Fact]
    public void A_host_that_calls_itself_degraded_is_used_when_the_others_cannot_carry_all()
    {
        using TestProxy proxy = Start(Every10S, 1, out Checked one, out Checked two);
        one.Header = "x-envoy-degraded: 1";
        proxy.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(1, proxy.Gauge("cluster.upstream.membership_degraded"));
        Assert.Equal(1, proxy.Gauge("cluster.upstream.health_check.degraded"));

        SendMany(proxy, 200);

        // One of two healthy: 70 of 100 at an overprovisioning of 1.4; the degraded host takes the rest.
        Assert.InRange(one.Traffic, 40, 80);
        Assert.Equal(200, one.Traffic + two.Traffic);
    }

    [Fact]
    public void A_response_that_asks_for_it_takes_the_host_out_at_once()
    {
        using TestProxy proxy = Start(Every10S, 1, out Checked one, out _);
        one.TrafficHeader = "x-envoy-immediate-health-check-fail: true";

        SendMany(proxy, 10);

        Assert.Equal(1, one.Traffic);
        Assert.Equal((1, 1), (Stat(proxy, "failure"), Stat(proxy, "passive_failure")));
    }

    [Theory]
    [InlineData("right", 2)]
    [InlineData("wrong", 0)]
    public void The_name_of_the_answering_cluster_is_verified(string name, int healthy)
    {
        HealthCheckConfig config = Every10S with
        {
            HealthyThreshold = 1,
            Http = new HttpHealthCheckConfig { Path = "/ready", ServiceName = StringMatcher.Prefix("right") },
        };

        using TestProxy proxy = Start(config, 1, out Checked one, out Checked two);
        one.Header = two.Header = "x-envoy-upstream-healthchecked-cluster: " + name;
        proxy.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(healthy, proxy.Gauge("cluster.upstream.membership_healthy"));
        Assert.Equal(4, Stat(proxy, "verify_cluster"));
    }

    [Theory]
    [InlineData("all is well today", 2)]
    [InlineData("well, all is", 0)]
    public void The_body_must_hold_its_pieces_in_order(string body, int healthy)
    {
        HealthCheckConfig config = Every10S with
        {
            HealthyThreshold = 1,
            Http = new HttpHealthCheckConfig { Path = "/ready", Receive = ["all"u8.ToArray(), "well"u8.ToArray()] },
        };

        using TestProxy proxy = Start(config, 1, out Checked one, out Checked two);
        one.Body = two.Body = body;
        proxy.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(healthy, proxy.Gauge("cluster.upstream.membership_healthy"));
    }

    [Fact]
    public void A_host_that_left_discovery_stays_until_its_checks_fail()
    {
        using TestProxy proxy = Start(Every10S, 1, out Checked one, out Checked two, type: ClusterType.Eds);
        SendMany(proxy, 2);

        proxy.Apply(WithHosts(proxy, two.Upstream));
        SendMany(proxy, 10);
        Assert.Equal(6, one.Traffic);

        one.Status = 404;
        proxy.Advance(TimeSpan.FromSeconds(61));
        SendMany(proxy, 10);
        Assert.Equal(6, one.Traffic);
        Assert.Equal(1, proxy.Gauge("cluster.upstream.membership_total"));
        Assert.All(one.Upstream.Connections, static c => Assert.True(c.IsClosed));
    }

    [Fact]
    public void An_ejected_host_that_passes_a_check_returns_before_its_time()
    {
        using TestProxy proxy = Start(
            Every10S, 1, out Checked one, out _, outliers: new OutlierDetectionConfig { MaxEjectionPercent = 100, Consecutive5Xx = 1 });
        one.TrafficStatus = 500;
        SendMany(proxy, 4);
        Assert.Equal(1, proxy.Gauge("cluster.upstream.outlier_detection.ejections_active"));

        proxy.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(0, proxy.Gauge("cluster.upstream.outlier_detection.ejections_active"));
        Assert.Equal(2, proxy.Gauge("cluster.upstream.membership_healthy"));
    }

    private static ProxySnapshot WithHosts(TestProxy proxy, params TestUpstream[] upstreams) => proxy.Core.Snapshot with
    {
        Endpoints = proxy.Core.Snapshot.Endpoints.Append(new(TestProxy.ClusterName, new EndpointsConfig
        {
            Name = TestProxy.ClusterName,
            Hosts = [.. upstreams.Select(static u => new HostConfig { Address = u.Address })],
        })).GroupBy(static p => p.Key).ToDictionary(static g => g.Key, static g => g.Last().Value).ToFrozen(),
    };

    private static TestProxy Start(
        HealthCheckConfig check, int workers, out Checked one, out Checked two, double panic = 50,
        ClusterType type = ClusterType.Static, OutlierDetectionConfig? outliers = null)
    {
        var proxy = new TestProxy(setup =>
        {
            setup.Workers = workers;
            setup.Hosts = [];
            setup.Cluster = c => c with
            {
                Type = type, HealthCheck = check, PanicThresholdPercent = panic, OutlierDetection = outliers,
            };
        });
        one = new Checked(proxy.Upstream);
        two = new Checked(proxy.AddUpstream("10.0.1.2", 9080));
        TestUpstream[] upstreams = [one.Upstream, two.Upstream];
        proxy.Apply(WithHosts(proxy, upstreams) with
        {
            Clusters = proxy.Core.Snapshot.Clusters.ToDictionary(static p => p.Key, p => p.Value with
            {
                InlineEndpoints = new EndpointsConfig
                {
                    Name = p.Key,
                    Hosts = [.. upstreams.Select(static u => new HostConfig { Address = u.Address })],
                },
            }).ToFrozen(),
        });
        return proxy;
    }

    private static long Stat(TestProxy proxy, string name) => proxy.Counter("cluster.upstream.health_check." + name);

    private static void SendMany(TestProxy proxy, int count)
    {
        for (int i = 0; i < count; i++)
        {
            proxy.Send("GET /");
        }
    }
}
