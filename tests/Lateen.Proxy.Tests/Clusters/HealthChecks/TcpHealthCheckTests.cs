namespace Lateen.Proxy.Tests.Clusters.HealthChecks;

using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class TcpHealthCheckTests
{
    private static readonly HealthCheckConfig Every10S = new()
    {
        Timeout = TimeSpan.FromSeconds(1),
        Interval = TimeSpan.FromSeconds(10),
        UnhealthyInterval = TimeSpan.FromSeconds(10),
        UnhealthyEdgeInterval = TimeSpan.FromSeconds(10),
        HealthyEdgeInterval = TimeSpan.FromSeconds(10),
        NoTrafficInterval = TimeSpan.FromSeconds(10),
        NoTrafficHealthyInterval = TimeSpan.FromSeconds(10),
    };

    [Fact]
    public void A_connection_is_enough_when_nothing_is_expected()
    {
        using TestProxy proxy = Start(new TcpHealthCheckConfig());

        proxy.Advance(TimeSpan.FromSeconds(21));

        Assert.Equal(1, proxy.Gauge("cluster.upstream.membership_healthy"));
        Assert.Equal(3, Stat(proxy, "success"));
        Assert.Equal(3, proxy.Upstream.ConnectionCount);
        Assert.All(proxy.Upstream.Connections, static c => Assert.True(c.IsClosed));

        proxy.Upstream.Stop();
        proxy.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, proxy.Gauge("cluster.upstream.membership_healthy"));
        Assert.Equal(1, Stat(proxy, "network_failure"));
    }

    [Fact]
    public void Bytes_are_sent_and_others_awaited_on_one_connection()
    {
        using TestProxy proxy = Start(new TcpHealthCheckConfig
        {
            Send = "PING"u8.ToArray(), Receive = ["PO"u8.ToArray(), "NG"u8.ToArray()],
        });
        string answer = "..PO..NG";
        proxy.Upstream.Raw = (connection, _) => connection.Write(answer);

        // The first check, which nobody answered, cost its connection.
        proxy.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(3, Stat(proxy, "success"));
        Assert.Equal(2, proxy.Upstream.ConnectionCount);
        Assert.Equal("PINGPINGPING", proxy.Upstream.Connections[1].Received);

        answer = "NGPO";
        proxy.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(0, proxy.Gauge("cluster.upstream.membership_healthy"));
        Assert.Equal((2, 2), (Stat(proxy, "failure"), Stat(proxy, "network_failure")));
    }

    [Fact]
    public void An_endpoint_may_be_checked_at_another_port_or_not_at_all()
    {
        using var proxy = new TestProxy(setup =>
        {
            setup.Hosts =
            [
                new HostConfig { Address = TestProxy.Ip("10.0.1.1", 9080), HealthCheckPort = 9999 },
                new HostConfig { Address = TestProxy.Ip("10.0.1.2", 9080), DisableHealthCheck = true },
                new HostConfig { Address = TestProxy.Ip("10.0.1.3", 9080) },
            ];
            setup.Cluster = static c => c with { HealthCheck = Every10S with { Tcp = new TcpHealthCheckConfig() } };
        });
        TestUpstream other = proxy.AddUpstream("10.0.1.1", 9999);

        proxy.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(2, proxy.Gauge("cluster.upstream.membership_healthy"));
        Assert.Equal(0, proxy.Upstream.ConnectionCount);
        Assert.Equal(1, other.ConnectionCount);
    }

    [Fact]
    public void Jitter_spreads_the_checks()
    {
        using TestProxy proxy = Start(new TcpHealthCheckConfig(), static c => c with { IntervalJitterPercent = 100 });

        proxy.Advance(TimeSpan.FromSeconds(1000));

        // On average one in 15 s instead of one in 10.
        Assert.InRange(Stat(proxy, "attempt"), 60, 75);
    }

    private static TestProxy Start(TcpHealthCheckConfig tcp, Func<HealthCheckConfig, HealthCheckConfig>? change = null)
    {
        HealthCheckConfig check = Every10S with { Tcp = tcp };
        return new TestProxy(setup => setup.Cluster = c => c with { HealthCheck = change is null ? check : change(check) });
    }

    private static long Stat(TestProxy proxy, string name) => proxy.Counter("cluster.upstream.health_check." + name);
}
