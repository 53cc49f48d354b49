namespace Lateen.Proxy.Tests.Listeners;

using System.Collections.Frozen;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class DrainingTests
{
    private readonly TestProxySetup _setup = new();

    [Fact]
    public void An_unchanged_listener_keeps_its_connections_when_the_snapshot_changes()
    {
        using TestProxy proxy = Start(out ProxySnapshot snapshot);
        TestClient client = proxy.Connect();
        client.Send("GET /1");

        proxy.Apply(snapshot with { RouteTables = FrozenDictionary<string, RouteTable>.Empty });
        TestCall call = client.Send("GET /2");

        Assert.Equal(200, call.Response.Status);
        Assert.Null(call.Response.Header("connection"));
    }

    [Fact]
    public void A_changed_listener_serves_new_connections_and_drains_the_old()
    {
        using TestProxy proxy = Start(out ProxySnapshot snapshot);
        TestClient old = proxy.Connect();
        old.Send("GET /1");
        ListenerConfig changed = _setup.BuildListener() with
        {
            FilterChains = [new FilterChainConfig { Terminal = _setup.BuildManager() with { ServerName = "new" } }],
        };

        proxy.Apply(snapshot with { Listeners = [changed] });
        TestCall onOld = old.Send("GET /2");

        Assert.Equal("istio-envoy", onOld.Response.Header("server"));
        Assert.Equal("close", onOld.Response.Header("connection"));
        Assert.True(old.SawEnd);
        Assert.Equal("new", proxy.Send("GET /3").Response.Header("server"));
    }

    [Fact]
    public void When_one_chain_changes_the_connections_of_the_others_stay()
    {
        FilterChainConfig first = ChainOf(1001, "first");
        ListenerConfig listener = _setup.BuildListener() with { UseOriginalDst = true, FilterChains = [first, ChainOf(1002, "second")] };
        using TestProxy proxy = Start(out ProxySnapshot snapshot, listener);
        TestClient unchanged = proxy.Connect(TestProxy.Ip("10.0.5.5", 1001), redirectTo: proxy.Address);
        TestClient changed = proxy.Connect(TestProxy.Ip("10.0.5.5", 1002), redirectTo: proxy.Address);
        Assert.Equal("first", unchanged.Send("GET /1").Response.Header("server"));
        Assert.Equal("second", changed.Send("GET /2").Response.Header("server"));

        proxy.Apply(snapshot with { Listeners = [listener with { FilterChains = [first, ChainOf(1002, "third")] }] });
        TestCall onUnchanged = unchanged.Send("GET /3");
        TestCall onChanged = changed.Send("GET /4");

        Assert.Equal(("first", null), (onUnchanged.Response.Header("server"), onUnchanged.Response.Header("connection")));
        Assert.Equal(("second", "close"), (onChanged.Response.Header("server"), onChanged.Response.Header("connection")));
        Assert.Equal((false, true), (unchanged.SawEnd, changed.SawEnd));
        TestClient young = proxy.Connect(TestProxy.Ip("10.0.5.5", 1002), redirectTo: proxy.Address);
        Assert.Equal("third", young.Send("GET /5").Response.Header("server"));
    }

    [Fact]
    public void A_removed_chain_drains_its_connections_and_no_others()
    {
        FilterChainConfig first = ChainOf(1001, "first");
        ListenerConfig listener = _setup.BuildListener() with { UseOriginalDst = true, FilterChains = [first, ChainOf(1002, "second")] };
        using TestProxy proxy = Start(out ProxySnapshot snapshot, listener);
        TestClient stays = proxy.Connect(TestProxy.Ip("10.0.5.5", 1001), redirectTo: proxy.Address);
        TestClient leaves = proxy.Connect(TestProxy.Ip("10.0.5.5", 1002), redirectTo: proxy.Address);
        stays.Send("GET /1");
        leaves.Send("GET /2");

        proxy.Apply(snapshot with { Listeners = [listener with { FilterChains = [first] }] });
        proxy.Advance(TimeSpan.FromSeconds(46));

        Assert.True(leaves.SawEnd || leaves.IsClosed);
        Assert.Null(stays.Send("GET /3").Response.Header("connection"));
        Assert.Equal(1, proxy.Core.ActiveConnections);
    }

    [Fact]
    public void A_removed_listener_accepts_nothing_and_its_idle_connections_end_with_the_drain_time()
    {
        using TestProxy proxy = Start(out ProxySnapshot snapshot);
        TestClient idle = proxy.Connect();
        idle.Send("GET /1");

        proxy.Apply(snapshot with { Listeners = [] });

        Assert.True(proxy.Connect().IsClosed);
        Assert.False(idle.SawEnd);
        proxy.Advance(TimeSpan.FromSeconds(46));
        Assert.True(idle.SawEnd || idle.IsClosed);
        Assert.Equal(0, proxy.Core.ActiveConnections);
    }

    [Fact]
    public void Hosts_that_stay_keep_their_connections_and_those_that_leave_are_drained()
    {
        using TestProxy proxy = Start(out ProxySnapshot snapshot);
        TestUpstream second = proxy.AddUpstream("10.0.1.2", 9080);
        proxy.Send("GET /");

        proxy.Apply(WithHosts(snapshot, "10.0.1.1", "10.0.1.2"));
        for (int i = 0; i < 4; i++)
        {
            proxy.Send("GET /");
        }

        Assert.Equal(1, proxy.Upstream.ConnectionCount);
        Assert.Equal(2, second.RequestCount);

        proxy.Apply(WithHosts(snapshot, "10.0.1.2"));
        Assert.True(proxy.Upstream.Connections[0].SawEnd);
        proxy.Send("GET /");
        Assert.Equal(3, second.RequestCount);
    }

    [Fact]
    public void A_request_under_way_survives_the_removal_of_its_host()
    {
        using TestProxy proxy = Start(out ProxySnapshot snapshot);
        proxy.Upstream.Answer = static _ => null;
        TestCall call = proxy.Send("GET /");

        proxy.Apply(WithHosts(snapshot));
        proxy.Upstream.Connections[0].Write(TestUpstream.Response(200, "made it"));
        proxy.Run();

        Assert.Equal("made it", call.Response.Body);
        Assert.True(proxy.Upstream.Connections[0].SawEnd);
        Assert.Equal(503, proxy.Send("GET /").Response.Status);
    }

    [Fact]
    public void Draining_everything_closes_connections_after_their_response()
    {
        using TestProxy proxy = Start(out _);
        proxy.Upstream.Answer = static _ => null;
        TestClient client = proxy.Connect();
        TestCall call = client.Send("GET /");

        proxy.Core.DrainListeners();
        proxy.Run();
        proxy.Upstream.Connections[0].Write(TestUpstream.Response(200));
        proxy.Run();

        Assert.Equal("close", call.Response.Header("connection"));
        Assert.True(client.SawEnd);
        Assert.True(proxy.Connect().IsClosed);
    }

    [Fact]
    public void A_lame_duck_goes_on_serving_and_ends_every_connection_with_its_next_response()
    {
        using TestProxy proxy = Start(out _);
        TestClient old = proxy.Connect();
        old.Send("GET /1");

        proxy.Core.StartLameDuck(inboundOnly: false);
        proxy.Run();
        TestClient young = proxy.Connect();

        Assert.False(old.SawEnd);
        Assert.Equal("close", old.Send("GET /2").Response.Header("connection"));
        Assert.Equal("close", young.Send("GET /3").Response.Header("connection"));
        Assert.Equal(0, proxy.Core.LeavingConnections(inboundOnly: false));
    }

    [Fact]
    public void The_outbound_side_of_a_lame_duck_keeps_its_connections()
    {
        using TestProxy proxy = Start(out _);
        TestClient client = proxy.Connect();

        proxy.Core.StartLameDuck(inboundOnly: true);
        proxy.Run();

        Assert.Null(client.Send("GET /1").Response.Header("connection"));
        Assert.Equal(1, proxy.Core.LeavingConnections(inboundOnly: false));
        Assert.Equal(0, proxy.Core.LeavingConnections(inboundOnly: true));
    }

    private static ProxySnapshot WithHosts(ProxySnapshot snapshot, params string[] addresses)
    {
        ClusterConfig cluster = snapshot.Clusters[TestProxy.ClusterName];
        var endpoints = new EndpointsConfig
        {
            Name = cluster.Name,
            Hosts = [.. addresses.Select(static a => new HostConfig { Address = TestProxy.Ip(a, 9080) })],
        };
        return snapshot with
        {
            Clusters = new[] { cluster with { InlineEndpoints = endpoints } }.ToFrozenDictionary(static c => c.Name),
        };
    }

    private FilterChainConfig ChainOf(int port, string serverName) => new()
    {
        Name = $"{port}",
        Match = FilterChainMatchConfig.Any with { DestinationPort = port },
        Terminal = _setup.BuildManager() with { ServerName = serverName },
    };

    private TestProxy Start(out ProxySnapshot snapshot, ListenerConfig? listener = null)
    {
        ProxySnapshot built = _setup.Build(TestProxy.Ip("10.0.1.1", 9080));
        built = listener is null ? built : built with { Listeners = [listener] };
        snapshot = built;
        return new TestProxy(s => s.Snapshot = built);
    }
}
