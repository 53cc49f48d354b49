namespace Lateen.Proxy.Tests.Clusters;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Tests.LoadBalancing;
using Lateen.Testing;

/// <summary>How many, how long, and whom: the numbers of outlier detection.</summary>
public sealed class EjectionArithmeticTests
{
    private static readonly OutlierDetectionConfig Once = new()
    {
        Consecutive5Xx = 1, MaxEjectionPercent = 100, Interval = TimeSpan.FromSeconds(10), BaseEjectionTime = TimeSpan.FromSeconds(30),
    };

    [Theory]
    [InlineData(10, 10u, 1)]
    [InlineData(9, 10u, 0)]
    [InlineData(10, 20u, 2)]
    [InlineData(10, 29u, 2)]
    [InlineData(3, 33u, 0)]
    [InlineData(3, 34u, 1)]
    [InlineData(3, 67u, 2)]
    [InlineData(4, 100u, 4)]
    public void The_host_about_to_leave_counts_towards_the_maximum(int hosts, uint percent, int ejected)
    {
        using Picks picks = Start(hosts, Once with { MaxEjectionPercent = percent });

        FailAll(picks);

        Assert.Equal(ejected, picks.Cluster.AllHosts.Count(static h => h.IsEjected));
        Assert.Equal(hosts - ejected, Stat(picks, "ejections_overflow"));
        Assert.Equal(ejected, Stat(picks, "ejections_enforced_total"));
    }

    [Fact]
    public void Each_ejection_lasts_one_base_time_longer_up_to_the_maximum_and_good_intervals_shorten_the_next()
    {
        using Picks picks = Start(2, Once with { MaxEjectionTime = TimeSpan.FromSeconds(60) });
        Host host = picks.Cluster.AllHosts.First();

        // Due after 30 s, 60 s and then 60 s again; hosts return at the intervals, every 10 s.
        Assert.Equal(30, SecondsOut(picks, host));
        Assert.Equal(60, SecondsOut(picks, host));
        Assert.Equal(60, SecondsOut(picks, host));

        // Three quiet intervals earn back three base times.
        picks.Proxy.Advance(TimeSpan.FromSeconds(31));
        Assert.InRange(SecondsOut(picks, host), 30, 40);
    }

    [Fact]
    public void Jitter_adds_up_to_its_maximum()
    {
        using Picks picks = Start(2, Once with { MaxEjectionTimeJitter = TimeSpan.FromSeconds(100) });

        Assert.InRange(SecondsOut(picks, picks.Cluster.AllHosts.First()), 31, 140);
    }

    [Fact]
    public void A_share_of_the_outliers_is_ejected_when_enforcing_is_below_100()
    {
        using Picks picks = Start(200, Once with { Enforcing5Xx = 25 });

        FailAll(picks);

        Assert.Equal(200, Stat(picks, "ejections_detected_consecutive_5xx"));
        Assert.InRange(Stat(picks, "ejections_enforced_consecutive_5xx"), 35, 65);
    }

    [Theory]
    [InlineData(84, 0)]
    [InlineData(85, 1)]
    public void A_failure_percentage_at_the_threshold_ejects(int failures, int ejected)
    {
        using Picks picks = Start(5, new OutlierDetectionConfig
        {
            Consecutive5Xx = 1000,
            MaxEjectionPercent = 100,
            Rates = new OutlierRateConfig { EnforcingFailurePercentage = 100, EnforcingSuccessRate = 0 },
        });
        foreach (Host host in picks.Cluster.AllHosts)
        {
            Report(host, 100, host.Address.V4Bits % 256 == 1 ? failures : 0);
        }

        picks.Proxy.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(ejected, Stat(picks, "ejections_enforced_failure_percentage"));
    }

    // Mean 90, deviation 20: 90 - 1.9 x 20 = 52 is the threshold, as Envoy's documentation works it out.
    [Theory]
    [InlineData(4, 5, 100, 1)]
    [InlineData(4, 6, 100, 0)]
    [InlineData(4, 5, 99, 0)]
    public void A_success_rate_below_the_threshold_of_the_others_ejects(int good, int minimumHosts, int requests, int ejected)
    {
        using Picks picks = Start(good + 1, new OutlierDetectionConfig
        {
            Consecutive5Xx = 1000,
            MaxEjectionPercent = 100,
            Rates = new OutlierRateConfig { SuccessRateMinimumHosts = (uint)minimumHosts },
        });
        foreach (Host host in picks.Cluster.AllHosts)
        {
            Report(host, requests, host.Address.V4Bits % 256 == 1 ? requests / 2 : 0);
        }

        picks.Proxy.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(ejected, Stat(picks, "ejections_enforced_success_rate"));
    }

    private static Picks Start(int hosts, OutlierDetectionConfig config) => new(
        c => c with { OutlierDetection = config }, [.. Enumerable.Range(1, hosts).Select(HostCounts.Host)]);

    private static void Report(Host host, int requests, int failures)
    {
        for (int i = 0; i < requests; i++)
        {
            host.ReportResponse(i < failures ? 500 : 200);
        }
    }

    private static void FailAll(Picks picks)
    {
        foreach (Host host in picks.Cluster.AllHosts)
        {
            host.ReportResponse(500);
        }

        picks.Proxy.Run();
    }

    private static int SecondsOut(Picks picks, Host host)
    {
        host.ReportResponse(500);
        picks.Proxy.Run();
        int seconds = 0;
        while (host.IsEjected)
        {
            picks.Proxy.Advance(TimeSpan.FromSeconds(1));
            seconds++;
        }

        return seconds;
    }

    private static long Stat(Picks picks, string name) => picks.Proxy.Counter("cluster.upstream.outlier_detection." + name);
}
