namespace Lateen.Proxy.Tests.Clusters;

using System.Net;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class DnsClusterTests
{
    private const string Name = "db.example.com";

    [Fact]
    public void Every_address_of_a_strict_name_is_a_host()
    {
        using TestProxy proxy = Start(ClusterType.StrictDns, out TestNames names);
        TestUpstream second = proxy.AddUpstream("10.0.1.2", 9080);
        names.Set(Name, null, "10.0.1.1", "10.0.1.2");
        proxy.Advance(TimeSpan.FromSeconds(5.1));

        Send(proxy, 10);

        Assert.Equal((5, 5), (proxy.Upstream.RequestCount, second.RequestCount));
    }

    [Fact]
    public void A_name_that_fails_keeps_its_last_addresses_and_is_asked_for_sooner()
    {
        using TestProxy proxy = Start(ClusterType.StrictDns, out TestNames names, static c => c with
        {
            DnsRefreshRate = TimeSpan.FromSeconds(60),
            DnsFailureBaseInterval = TimeSpan.FromSeconds(2),
            DnsFailureMaxInterval = TimeSpan.FromSeconds(5),
        });
        names.Set(Name, null, "10.0.1.1");
        proxy.Advance(TimeSpan.FromSeconds(2.1));
        names.Remove(Name);
        int before = names.Questions;
        proxy.Advance(TimeSpan.FromSeconds(60));

        Send(proxy, 1);
        Assert.Equal(1, proxy.Upstream.RequestCount);
        Assert.Equal(before + 1, names.Questions);

        // 2 s, 4 s, then 5 s each.
        proxy.Advance(TimeSpan.FromSeconds(11.5));
        Assert.Equal(before + 4, names.Questions);
        Assert.True(proxy.Counter("cluster.upstream.update_failure") >= 4);
    }

    [Fact]
    public void The_time_to_live_sets_the_pace_when_it_is_respected()
    {
        using TestProxy proxy = Start(ClusterType.StrictDns, out TestNames names, static c => c with
        {
            DnsRefreshRate = TimeSpan.FromSeconds(60), RespectDnsTtl = true, DnsFailureBaseInterval = TimeSpan.FromSeconds(1),
            DnsFailureMaxInterval = TimeSpan.FromSeconds(1),
        });
        names.Set(Name, TimeSpan.FromSeconds(10), "10.0.1.1");
        proxy.Advance(TimeSpan.FromSeconds(1.1));
        int before = names.Questions;

        proxy.Advance(TimeSpan.FromSeconds(30));

        Assert.InRange(names.Questions - before, 2, 3);
    }

    [Fact]
    public void A_logical_name_is_one_host_and_keeps_its_address_while_the_name_has_it()
    {
        using TestProxy proxy = Start(ClusterType.LogicalDns, out TestNames names);
        TestUpstream second = proxy.AddUpstream("10.0.1.2", 9080);
        names.Set(Name, null, "10.0.1.1", "10.0.1.2");
        proxy.Advance(TimeSpan.FromSeconds(5.1));
        Send(proxy, 3);
        names.Set(Name, null, "10.0.1.2", "10.0.1.1");
        proxy.Advance(TimeSpan.FromSeconds(5.1));
        Send(proxy, 3);
        Assert.Equal((6, 0), (proxy.Upstream.RequestCount, second.RequestCount));

        names.Set(Name, null, "10.0.1.2");
        proxy.Advance(TimeSpan.FromSeconds(5.1));
        Send(proxy, 3);

        Assert.Equal((6, 3), (proxy.Upstream.RequestCount, second.RequestCount));
    }

    [Fact]
    public void Before_its_name_resolves_a_cluster_has_no_healthy_upstream()
    {
        using TestProxy proxy = Start(ClusterType.StrictDns, out _);

        Assert.Equal(503, proxy.Send("GET /").Response.Status);
        Assert.Equal("UH", proxy.AccessLog.Last.Flags);
    }

    [Theory]
    [InlineData(DnsLookupFamily.Auto, "::1")]
    [InlineData(DnsLookupFamily.V4Only, "10.0.0.1")]
    [InlineData(DnsLookupFamily.V6Only, "::1")]
    [InlineData(DnsLookupFamily.V4Preferred, "10.0.0.1")]
    [InlineData(DnsLookupFamily.All, "10.0.0.1,::1")]
    public void The_lookup_family_chooses_among_addresses(DnsLookupFamily family, string chosen) =>
        Assert.Equal(
            chosen.Split(','),
            SystemNameResolver.Choose([IPAddress.IPv6Loopback, IPAddress.Parse("10.0.0.1")], family).Select(static a => a.ToString()));

    private static TestProxy Start(ClusterType type, out TestNames names, Func<ClusterConfig, ClusterConfig>? change = null)
    {
        TestNames? used = null;
        var proxy = new TestProxy(s =>
        {
            used = s.Resolver;
            s.Hosts = [new HostConfig { DnsName = Name, DnsPort = 9080 }];
            s.Cluster = c => (change ?? (static x => x))(c with { Type = type });
        });
        names = used ?? new TestNames();
        return proxy;
    }

    private static void Send(TestProxy proxy, int count)
    {
        for (int i = 0; i < count; i++)
        {
            proxy.Send("GET /");
        }
    }
}
