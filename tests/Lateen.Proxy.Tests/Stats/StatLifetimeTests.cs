namespace Lateen.Proxy.Tests.Stats;

using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Lateen.Proxy.Config;
using Lateen.Proxy.Stats;
using Lateen.Testing;

[Collection(MemoryCollection.Name)]
public sealed class StatLifetimeTests
{
    [Fact]
    public void Statistics_of_a_thousand_removed_clusters_and_listeners_go_with_their_memory()
    {
        using var proxy = new TestProxy();
        var setup = new TestProxySetup();
        Cycle(proxy, setup, round: 0);
        Collect();
        int countBefore = proxy.Stats.Count;
        long memoryBefore = GC.GetTotalMemory(forceFullCollection: true);

        int countWhile = 0;
        for (int round = 1; round <= 10; round++)
        {
            countWhile = Math.Max(countWhile, Cycle(proxy, setup, round));
        }

        Collect();
        Assert.True(countWhile > countBefore + (100 * 50), $"{countWhile} while they were there, {countBefore} before");
        Assert.Equal(countBefore, proxy.Stats.Count);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true), 0, memoryBefore + 500_000);
        Assert.DoesNotContain("extra", StatsText.Envoy(proxy.Stats), StringComparison.Ordinal);
        Assert.Equal(200, proxy.Send("GET /").Response.Status);
    }

    [Fact]
    public void A_statistic_stays_as_long_as_its_neighbour_is_used()
    {
        var store = new StatsStore();
        Counter kept = store.Counter(StatName.Cluster("a.b", "upstream_rq_total"));
        Count(store, "a.b");
        Count(store, "c");

        Collect();

        Assert.Equal(1, store.Counter("cluster.a.b.upstream_cx_total").Value);
        Assert.Equal(0, store.Counter("cluster.c.upstream_cx_total").Value);
        GC.KeepAlive(kept);
    }

    [Fact]
    public void A_name_that_was_cut_elsewhere_is_the_same_statistic()
    {
        var store = new StatsStore();
        Counter made = store.Counter(StatName.Cluster("a.b", "circuit_breakers.default.rq_open"));

        Assert.Same(made, store.Counter("cluster.a.b.circuit_breakers.default.rq_open"));
        Assert.Contains("envoy_cluster_circuit_breakers_default_rq_open{cluster_name=\"a.b\"} 0", StatsText.Prometheus(store));
    }

    // In a method of its own, so that nothing of it is left on the test's stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Count(StatsStore store, string cluster) =>
        store.Counter(StatName.Cluster(cluster, "upstream_cx_total")).Increment();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Cycle(TestProxy proxy, TestProxySetup setup, int round)
    {
        ProxySnapshot plain = setup.Build(proxy.Upstream.Address);
        FilterChainConfig chain = plain.Listeners[0].FilterChains[0];
        var listeners = new List<ListenerConfig>(plain.Listeners);
        var clusters = new List<ClusterConfig>(plain.Clusters.Values);
        for (int i = 0; i < 100; i++)
        {
            string name = $"extra.{round}.{i}";
            clusters.Add(setup.BuildCluster(proxy.Upstream.Address) with { Name = name });
            listeners.Add(plain.Listeners[0] with
            {
                Name = name,
                StatPrefix = name,
                Address = TestProxy.Ip("10.0.0.1", 1000 + i),
                FilterChains = [chain with { Terminal = setup.BuildManager() with { StatPrefix = name } }],
            });
        }

        proxy.Apply(plain with { Listeners = listeners, Clusters = clusters.ToFrozenDictionary(static c => c.Name) });
        int count = proxy.Stats.Count;
        proxy.Apply(plain);
        proxy.Advance(TimeSpan.FromMinutes(20));
        return count;
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
