namespace Lateen.Proxy.Tests.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class SlowStartTests
{
    [Theory]
    [InlineData(0, 1.0, 0.1)]
    [InlineData(5, 1.0, 0.1)]
    [InlineData(30, 1.0, 0.5)]
    [InlineData(15, 2.0, 0.5)]
    [InlineData(60, 1.0, 1.0)]
    [InlineData(600, 1.0, 1.0)]
    public void A_hosts_share_grows_with_its_age(int ageSeconds, double aggression, double factor)
    {
        var config = new SlowStartConfig { Window = TimeSpan.FromSeconds(60), Aggression = aggression };

        Assert.Equal(factor, config.FactorAt(ageSeconds * 1_000_000L), 6);
    }

    [Theory]
    [InlineData(LbPolicy.RoundRobin)]
    [InlineData(LbPolicy.LeastRequest)]
    public void A_new_host_gets_little_at_first_and_its_full_share_in_the_end(LbPolicy policy)
    {
        var setup = new TestProxySetup { Hosts = [HostCounts.Host(1)], Cluster = c => c with { LbPolicy = policy, SlowStart = Window } };
        using var proxy = new TestProxy(s =>
        {
            s.Hosts = setup.Hosts;
            s.Cluster = setup.Cluster;
        });
        TestUpstream second = proxy.AddUpstream("10.0.1.2", 9080);
        proxy.Advance(TimeSpan.FromSeconds(100));

        setup.Hosts = [HostCounts.Host(1), HostCounts.Host(2)];
        ProxySnapshot both = setup.Build(proxy.Upstream.Address);
        proxy.Apply(proxy.Core.Snapshot with { Clusters = both.Clusters });
        proxy.Advance(TimeSpan.FromSeconds(30));

        // Half warm: one in three.
        Assert.InRange(SendTo(proxy, second), 90, 110);

        proxy.Advance(TimeSpan.FromSeconds(31));
        Assert.InRange(SendTo(proxy, second), 145, 155);
    }

    private static SlowStartConfig Window => new() { Window = TimeSpan.FromSeconds(60) };

    private static int SendTo(TestProxy proxy, TestUpstream upstream)
    {
        int before = upstream.RequestCount;
        TestClient client = proxy.Connect();
        for (int i = 0; i < 300; i++)
        {
            client.Send("GET /");
        }

        client.Close();
        return upstream.RequestCount - before;
    }
}
