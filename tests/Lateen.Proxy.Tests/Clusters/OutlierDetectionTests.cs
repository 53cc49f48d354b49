namespace Lateen.Proxy.Tests.Clusters;

using Lateen.Proxy.Admin;
using Lateen.Proxy.Config;
using Lateen.Proxy.Tests.LoadBalancing;
using Lateen.Testing;

public sealed class OutlierDetectionTests
{
    private static readonly OutlierDetectionConfig All = new() { MaxEjectionPercent = 100, Consecutive5Xx = 3 };

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_host_that_fails_in_a_row_is_ejected_and_comes_back(int workers)
    {
        using TestProxy proxy = Start(All, workers, out TestUpstream bad);
        bad.Answer = static _ => TestUpstream.Response(500);

        SendMany(proxy, 20);
        Assert.Equal(3, bad.RequestCount);
        Assert.Equal(1, Stat(proxy, "ejections_enforced_total"));
        Assert.Equal(1, Stat(proxy, "ejections_enforced_consecutive_5xx"));
        Assert.Equal(1, proxy.Gauge("cluster.upstream.outlier_detection.ejections_active"));
        Assert.Contains("10.0.1.1:9080::health_flags::/failed_outlier_check", ClustersText.Text(proxy.Core.Clusters), StringComparison.Ordinal);

        proxy.Advance(TimeSpan.FromSeconds(29));
        SendMany(proxy, 10);
        Assert.Equal(3, bad.RequestCount);

        proxy.Advance(TimeSpan.FromSeconds(12));
        bad.Answer = static _ => TestUpstream.Response(200);
        SendMany(proxy, 10);
        Assert.InRange(bad.RequestCount, 6, 10);
        Assert.Equal(0, proxy.Gauge("cluster.upstream.outlier_detection.ejections_active"));
        Assert.Equal(2, proxy.Gauge("cluster.upstream.membership_healthy"));
    }

    [Fact]
    public void A_second_ejection_lasts_twice_as_long()
    {
        using TestProxy proxy = Start(All, 1, out TestUpstream bad);
        bad.Answer = static _ => TestUpstream.Response(500);
        SendMany(proxy, 10);
        proxy.Advance(TimeSpan.FromSeconds(30.5));
        SendMany(proxy, 10);
        Assert.Equal(6, bad.RequestCount);

        proxy.Advance(TimeSpan.FromSeconds(50));
        SendMany(proxy, 10);
        Assert.Equal(6, bad.RequestCount);

        proxy.Advance(TimeSpan.FromSeconds(20));
        SendMany(proxy, 10);
        Assert.Equal(9, bad.RequestCount);
    }

    [Fact]
    public void A_success_in_between_starts_the_count_anew()
    {
        using TestProxy proxy = Start(All, 1, out TestUpstream bad);
        int count = 0;
        bad.Answer = _ => TestUpstream.Response(++count % 3 == 0 ? 200 : 500);

        SendMany(proxy, 60);

        Assert.Equal(30, bad.RequestCount);
    }

    [Fact]
    public void No_more_hosts_are_ejected_than_the_maximum_allows()
    {
        using TestProxy proxy = Start(All with { MaxEjectionPercent = 49 }, 1, out TestUpstream bad);
        bad.Answer = static _ => TestUpstream.Response(500);

        SendMany(proxy, 20);

        Assert.Equal(10, bad.RequestCount);
        Assert.Equal(0, Stat(proxy, "ejections_enforced_total"));
        Assert.Equal(3, Stat(proxy, "ejections_overflow"));
    }

    [Fact]
    public void One_host_is_ejected_whatever_the_maximum_when_so_configured()
    {
        using TestProxy proxy = Start(All with { MaxEjectionPercent = 0, AlwaysEjectOneHost = true }, 1, out TestUpstream bad);
        bad.Answer = static _ => TestUpstream.Response(500);

        SendMany(proxy, 20);

        Assert.Equal(3, bad.RequestCount);
    }

    [Fact]
    public void Gateway_failures_are_counted_apart_and_only_enforced_when_asked()
    {
        OutlierDetectionConfig gateway = All with
        {
            Enforcing5Xx = 0, ConsecutiveGatewayFailure = 2, EnforcingGatewayFailure = 100,
        };
        using TestProxy proxy = Start(gateway, 1, out TestUpstream bad);
        bad.Answer = static _ => TestUpstream.Response(500);
        SendMany(proxy, 20);
        Assert.Equal(10, bad.RequestCount);

        bad.Answer = static _ => TestUpstream.Response(503);
        SendMany(proxy, 20);

        Assert.Equal(12, bad.RequestCount);
        Assert.Equal(1, Stat(proxy, "ejections_enforced_consecutive_gateway_failure"));
    }

    [Fact]
    public void A_refused_connection_counts_as_503_or_apart_when_errors_are_split()
    {
        using TestProxy together = Start(All with { ConsecutiveLocalOriginFailure = 100 }, 1, out TestUpstream bad);
        bad.Stop();
        SendMany(together, 10);
        Assert.Equal(1, Stat(together, "ejections_enforced_consecutive_5xx"));

        OutlierDetectionConfig split = All with { SplitExternalLocalOriginErrors = true, ConsecutiveLocalOriginFailure = 2 };
        using TestProxy apart = Start(split, 1, out bad);
        bad.Stop();
        SendMany(apart, 10);
        Assert.Equal(1, Stat(apart, "ejections_enforced_consecutive_local_origin_failure"));
        Assert.Equal(0, Stat(apart, "ejections_detected_consecutive_5xx"));
    }

    [Fact]
    public void When_all_are_ejected_panic_uses_them_all_and_without_panic_none()
    {
        using TestProxy panics = Start(All, 1, out TestUpstream bad);
        bad.Answer = static _ => TestUpstream.Response(500);
        TestUpstream other = panics.AddUpstream("10.0.1.9", 1);
        Assert.Equal(0, other.RequestCount);
        panics.Core.Clusters.Single().AllHosts.ToList().ForEach(static h => h.ReportFailure(Proxy.Clusters.LocalOriginFailure.Connection));
        for (int i = 0; i < 2; i++)
        {
            panics.Core.Clusters.Single().AllHosts.ToList()
                .ForEach(static h => h.ReportFailure(Proxy.Clusters.LocalOriginFailure.Connection));
        }

        panics.Run();
        Assert.Equal(2, panics.Gauge("cluster.upstream.outlier_detection.ejections_active"));
        SendMany(panics, 4);
        Assert.Equal(4, panics.Counter("cluster.upstream.lb_healthy_panic"));
    }

    [Fact]
    public void A_host_whose_success_rate_stands_out_is_ejected_at_the_interval()
    {
        OutlierDetectionConfig config = new()
        {
            MaxEjectionPercent = 100,
            Enforcing5Xx = 0,
            Rates = new OutlierRateConfig { SuccessRateRequestVolume = 10, SuccessRateMinimumHosts = 5 },
        };
        using var proxy = new TestProxy(s =>
        {
            s.Hosts = [.. Enumerable.Range(1, 5).Select(HostCounts.Host)];
            s.Cluster = c => c with { OutlierDetection = config };
        });
        for (int i = 2; i <= 5; i++)
        {
            proxy.AddUpstream($"10.0.1.{i}", 9080);
        }

        int count = 0;
        proxy.Upstream.Answer = _ => TestUpstream.Response(++count % 2 == 0 ? 200 : 500);
        SendMany(proxy, 100);
        proxy.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(1, Stat(proxy, "ejections_enforced_success_rate"));
        Assert.True(proxy.Core.Clusters.Single().AllHosts.First().IsEjected);
    }

    [Fact]
    public void Without_detection_ejected_hosts_return()
    {
        using TestProxy proxy = Start(All, 1, out TestUpstream bad);
        bad.Answer = static _ => TestUpstream.Response(500);
        SendMany(proxy, 10);
        Assert.Equal(3, bad.RequestCount);

        ClusterConfig config = proxy.Core.Snapshot.Clusters["upstream"] with { OutlierDetection = null };
        proxy.Apply(proxy.Core.Snapshot with
        {
            Clusters = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary([KeyValuePair.Create("upstream", config)]),
        });
        SendMany(proxy, 10);

        Assert.Equal(8, bad.RequestCount);
    }

    private static long Stat(TestProxy proxy, string name) => proxy.Counter("cluster.upstream.outlier_detection." + name);

    private static TestProxy Start(OutlierDetectionConfig config, int workers, out TestUpstream first)
    {
        var proxy = new TestProxy(s =>
        {
            s.Workers = workers;
            s.Hosts = [HostCounts.Host(1), HostCounts.Host(2)];
            s.Cluster = c => c with { OutlierDetection = config };
        });
        proxy.AddUpstream("10.0.1.2", 9080);
        first = proxy.Upstream;
        return proxy;
    }

    private static void SendMany(TestProxy proxy, int count)
    {
        for (int i = 0; i < count; i++)
        {
            proxy.Send("GET /");
        }
    }
}
