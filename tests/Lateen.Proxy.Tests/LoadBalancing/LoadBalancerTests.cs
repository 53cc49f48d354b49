namespace Lateen.Proxy.Tests.LoadBalancing;

using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class LoadBalancerTests
{
    private static readonly string[] Addresses = ["10.0.1.1", "10.0.1.2", "10.0.1.3"];

    [Fact]
    public void Round_robin_takes_hosts_in_turn()
    {
        int[] counts = Counts(LbPolicy.RoundRobin, 30, Hosts(1, 1, 1));

        Assert.Equal([10, 10, 10], counts);
    }

    [Fact]
    public void Round_robin_follows_weights_exactly()
    {
        int[] counts = Counts(LbPolicy.RoundRobin, 40, Hosts(1, 2, 1));

        Assert.Equal([10, 20, 10], counts);
    }

    [Fact]
    public void Random_spreads_over_all_hosts()
    {
        int[] counts = Counts(LbPolicy.Random, 300, Hosts(1, 1, 1));

        Assert.All(counts, static c => Assert.InRange(c, 70, 130));
    }

    [Fact]
    public void Least_request_prefers_the_host_that_is_not_busy()
    {
        using TestProxy proxy = Start(LbPolicy.LeastRequest, Hosts(1, 1), out TestUpstream[] upstreams);
        upstreams[0].Answer = static _ => null;
        for (int i = 0; i < 200; i++)
        {
            proxy.Send("GET /");
        }

        // Every request to the hanging host stays active, so it is picked only when both draws hit it: about a quarter.
        Assert.InRange(upstreams[0].RequestCount, 25, 75);
    }

    [Fact]
    public void Unhealthy_hosts_get_nothing_while_enough_are_healthy()
    {
        HostConfig[] hosts = [.. Hosts(1, 1, 1)];
        hosts[1] = hosts[1] with { Health = HostHealth.Unhealthy };

        Assert.Equal(0, Counts(LbPolicy.RoundRobin, 20, hosts)[1]);
    }

    [Fact]
    public void Below_the_panic_threshold_all_hosts_are_used()
    {
        HostConfig[] hosts = [.. Hosts(1, 1, 1).Select(static (h, i) => i == 0 ? h : h with { Health = HostHealth.Unhealthy })];

        Assert.Equal([10, 10, 10], Counts(LbPolicy.RoundRobin, 30, hosts));
    }

    [Fact]
    public void A_lower_priority_takes_over_what_the_first_cannot_carry()
    {
        HostConfig[] hosts =
        [
            Hosts(1)[0],
            Hosts(1, 1)[1] with { Health = HostHealth.Unhealthy },
            Hosts(1, 1, 1)[2] with { Priority = 1 },
        ];

        int[] counts = Counts(LbPolicy.RoundRobin, 1000, hosts);

        // Half healthy at priority 0 carries 70 % (140 % of one half).
        Assert.InRange(counts[0], 640, 760);
        Assert.Equal(0, counts[1]);
    }

    private static HostConfig[] Hosts(params int[] weights) =>
        [.. weights.Select(static (weight, i) => new HostConfig { Address = TestProxy.Ip(Addresses[i], 9080), Weight = weight })];

    private static TestProxy Start(LbPolicy policy, HostConfig[] hosts, out TestUpstream[] upstreams)
    {
        var proxy = new TestProxy(s =>
        {
            s.Hosts = hosts;
            s.Cluster = c => c with { LbPolicy = policy };
        });
        upstreams = [proxy.Upstream, .. hosts.Skip(1).Select(h => proxy.AddUpstream(h.Address.ToIPAddress().ToString(), 9080))];
        return proxy;
    }

    private static int[] Counts(LbPolicy policy, int requests, HostConfig[] hosts)
    {
        using TestProxy proxy = Start(policy, hosts, out TestUpstream[] upstreams);
        TestClient client = proxy.Connect();
        for (int i = 0; i < requests; i++)
        {
            client.Send("GET /");
        }

        return [.. upstreams.Select(static u => u.RequestCount)];
    }
}
