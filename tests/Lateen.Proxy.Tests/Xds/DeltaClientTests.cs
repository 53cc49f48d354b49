namespace Lateen.Proxy.Tests.Xds;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Networking.Nds.V1;
using Lateen.Proxy.Agent;
using Lateen.Proxy.Agent.Resolving;
using Lateen.Proxy.Config;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Xds;
using Lateen.Proxy.Xds.Reading;

public sealed class DeltaClientTests : IAsyncDisposable
{
    private const string Cds = "envoy.config.cluster.v3.Cluster";
    private const string Eds = "envoy.config.endpoint.v3.ClusterLoadAssignment";
    private const string Lds = "envoy.config.listener.v3.Listener";
    private const string Rds = "envoy.config.route.v3.RouteConfiguration";

    private readonly CancellationTokenSource _stop = new();
    private readonly FakeControlPlane _server = new();
    private readonly ResourceStore _store = new(ExtensionCatalog.Empty, TimeProvider.System);
    private readonly Task _run;
    private ProxySnapshot _snapshot = ProxySnapshot.Empty;

    public DeltaClientTests()
    {
        var client = new DeltaClient(
            _server, new Node { Id = "sidecar~1.2.3.4~a.b~b.svc" }, _store, s => _snapshot = s, new StatsStore(),
            new ProxyLog(TextWriter.Null, TimeProvider.System), new ImpatientTime());
        _run = client.RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    [Fact]
    public async Task The_first_requests_subscribe_to_all_clusters_and_listeners_and_only_the_first_carries_the_node()
    {
        DeltaDiscoveryRequest first = await _server.NextRequestAsync();
        DeltaDiscoveryRequest second = await _server.NextRequestAsync();

        Assert.EndsWith(Cds, first.TypeUrl);
        Assert.Equal("sidecar~1.2.3.4~a.b~b.svc", first.Node.Id);
        Assert.Empty(first.ResourceNamesSubscribe);
        Assert.EndsWith(Lds, second.TypeUrl);
        Assert.Null(second.Node);
    }

    [Fact]
    public async Task A_cluster_serves_once_its_endpoints_are_there()
    {
        await SkipAsync(2);

        _server.Send(Cds, ("a", "1", EdsCluster("a")));
        DeltaDiscoveryRequest ack = await _server.NextRequestAsync();
        DeltaDiscoveryRequest subscription = await _server.NextRequestAsync();

        Assert.Equal("n1", ack.ResponseNonce);
        Assert.Null(ack.ErrorDetail);
        Assert.Equal(["a"], subscription.ResourceNamesSubscribe);
        Assert.False(_snapshot.Clusters.ContainsKey("a"));

        _server.Send(Eds, ("a", "1", Endpoints("a", "10.0.0.1")));
        await SkipAsync(1);
        await SettleAsync();

        Assert.True(_snapshot.Clusters.ContainsKey("a"));
        Assert.Equal("10.0.0.1:80", _snapshot.Endpoints["a"].Hosts[0].Address.ToString());
    }

    [Fact]
    public async Task A_bad_resource_is_refused_by_name_and_path_while_the_others_of_its_response_serve()
    {
        await SkipAsync(2);
        var bad = new Cluster { Name = "bad", Type = Cluster.Types.DiscoveryType.Static, LbPolicy = Cluster.Types.LbPolicy.ClusterProvided };
        var good = new Cluster { Name = "good", Type = Cluster.Types.DiscoveryType.Static };

        _server.Send(Cds, ("bad", "1", bad), ("good", "1", good));
        DeltaDiscoveryRequest nack = await _server.NextRequestAsync();
        await SettleAsync();

        Assert.Equal(3, nack.ErrorDetail.Code);
        Assert.Contains("bad: Cluster.lb_policy: ClusterProvided is not supported", nack.ErrorDetail.Message);
        Assert.DoesNotContain("good", nack.ErrorDetail.Message);
        Assert.Equal(["good"], _snapshot.Clusters.Keys);
    }

    [Fact]
    public async Task An_unknown_extension_is_refused_by_its_type_URL()
    {
        await SkipAsync(2);
        Listener listener = HttpListener("l", "routes");
        HttpConnectionManager manager = listener.FilterChains[0].Filters[0].TypedConfig.Unpack<HttpConnectionManager>();
        manager.HttpFilters.Insert(0, new HttpFilter { Name = "x", TypedConfig = new Any { TypeUrl = "type.googleapis.com/x.Unknown" } });
        listener.FilterChains[0].Filters[0].TypedConfig = Any.Pack(manager);

        _server.Send(Lds, ("l", "1", listener));
        DeltaDiscoveryRequest nack = await _server.NextRequestAsync();

        Assert.Contains("http_filters[0](x): unknown extension type URL type.googleapis.com/x.Unknown", nack.ErrorDetail.Message);
    }

    [Fact]
    public async Task A_listener_serves_once_its_routes_are_there_and_the_old_one_serves_until_then()
    {
        await SkipAsync(2);
        _server.Send(Lds, ("l", "1", HttpListener("l", "one")));
        await SkipAsync(2);
        _server.Send(Rds, ("one", "1", Routes("one")));
        await SkipAsync(1);
        await SettleAsync();
        ListenerConfig before = Assert.Single(_snapshot.Listeners);

        _server.Send(Lds, ("l", "2", HttpListener("l", "two")));
        await SkipAsync(2);
        await SettleAsync();

        Assert.Same(before, Assert.Single(_snapshot.Listeners));

        _server.Send(Rds, ("two", "1", Routes("two")));
        await SkipAsync(2);
        await SettleAsync();

        Assert.NotSame(before, Assert.Single(_snapshot.Listeners));
    }

    [Fact]
    public async Task After_a_reconnect_the_client_says_what_it_has_and_keeps_serving_it()
    {
        await SkipAsync(2);
        _server.Send(Cds, ("a", "7", EdsCluster("a")));
        await SkipAsync(2);
        _server.Send(Eds, ("a", "9", Endpoints("a", "10.0.0.1")));
        await SkipAsync(1);
        await SettleAsync();

        _server.Cut();
        DeltaDiscoveryRequest clusters = await _server.NextRequestAsync();
        DeltaDiscoveryRequest endpoints = await _server.NextRequestAsync();

        Assert.NotNull(clusters.Node);
        Assert.Equal("7", clusters.InitialResourceVersions["a"]);
        Assert.Equal("9", endpoints.InitialResourceVersions["a"]);
        Assert.Equal(["a"], endpoints.ResourceNamesSubscribe);
        Assert.True(_snapshot.Clusters.ContainsKey("a"));
    }

    [Fact]
    public async Task A_removed_cluster_disappears_and_its_endpoints_are_unsubscribed()
    {
        await SkipAsync(2);
        _server.Send(Cds, ("a", "1", EdsCluster("a")));
        await SkipAsync(2);

        _server.Remove(Cds, "a");
        await SkipAsync(1);
        DeltaDiscoveryRequest unsubscription = await _server.NextRequestAsync();

        Assert.Equal(["a"], unsubscription.ResourceNamesUnsubscribe);
        Assert.Empty(_snapshot.Clusters);
    }

    [Fact]
    public async Task Names_are_asked_for_when_somebody_listens_and_a_bad_table_is_refused()
    {
        IReadOnlyList<DnsHost> names = [];
        var server = new FakeControlPlane();
        var store = new ResourceStore(ExtensionCatalog.Empty, TimeProvider.System) { NamesChanged = hosts => names = hosts };
        var client = new DeltaClient(
            server, new Node { Id = "n" }, store, static _ => { }, new StatsStore(), new ProxyLog(TextWriter.Null, TimeProvider.System),
            new ImpatientTime());
        using var stop = new CancellationTokenSource();
        Task run = client.RunAsync(stop.Token);
        await server.NextRequestAsync();
        await server.NextRequestAsync();
        Assert.EndsWith("NameTable", (await server.NextRequestAsync()).TypeUrl);

        var table = new NameTable();
        table.Table["a.default.svc.cluster.local"] = new NameTable.Types.NameInfo { Ips = { "10.0.0.1" }, Shortname = "a", Namespace = "default" };
        server.Send("istio.networking.nds.v1.NameTable", ("", "1", table));
        DeltaDiscoveryRequest ack = await server.NextRequestAsync();
        Assert.Null(ack.ErrorDetail);
        Assert.Equal("a", Assert.Single(names).ShortName);

        table.Table["b"] = new NameTable.Types.NameInfo { Ips = { "nonsense" } };
        server.Send("istio.networking.nds.v1.NameTable", ("", "2", table));
        DeltaDiscoveryRequest nack = await server.NextRequestAsync();
        Assert.Contains("'nonsense' is not an IP address", nack.ErrorDetail.Message);
        Assert.Single(names);

        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task The_same_content_again_keeps_the_same_object()
    {
        await SkipAsync(2);
        var cluster = new Cluster { Name = "a", Type = Cluster.Types.DiscoveryType.Static };
        _server.Send(Cds, ("a", "1", cluster));
        await SkipAsync(1);
        await SettleAsync();
        ClusterConfig before = _snapshot.Clusters["a"];

        _server.Send(Cds, ("a", "2", cluster));
        await SkipAsync(1);
        await SettleAsync();

        Assert.Same(before, _snapshot.Clusters["a"]);
    }

    private static Cluster EdsCluster(string name) => new() { Name = name, Type = Cluster.Types.DiscoveryType.Eds };

    private static ClusterLoadAssignment Endpoints(string name, string address)
    {
        var host = new LbEndpoint { Endpoint = new Endpoint { Address = SocketAt(address, 80) } };
        return new ClusterLoadAssignment { ClusterName = name, Endpoints = { new LocalityLbEndpoints { LbEndpoints = { host } } } };
    }

    private static Address SocketAt(string address, uint port) =>
        new() { SocketAddress = new SocketAddress { Address = address, PortValue = port } };

    private static RouteConfiguration Routes(string name) => new() { Name = name };

    private static Listener HttpListener(string name, string routes)
    {
        var manager = new HttpConnectionManager
        {
            StatPrefix = "x",
            Rds = new Rds { RouteConfigName = routes },
            HttpFilters = { new HttpFilter { Name = "router", TypedConfig = Any.Pack(new Router()) } },
        };
        var chain = new FilterChain { Filters = { new Filter { Name = "hcm", TypedConfig = Any.Pack(manager) } } };
        return new Listener { Name = name, Address = SocketAt("0.0.0.0", 80), FilterChains = { chain } };
    }

    private async Task SkipAsync(int requests)
    {
        for (int i = 0; i < requests; i++)
        {
            await _server.NextRequestAsync();
        }
    }

    // An answered unknown type proves that everything before it was handled.
    private async Task SettleAsync()
    {
        _server.Send("nothing");
        DeltaDiscoveryRequest answer = await _server.NextRequestAsync();
        Assert.EndsWith("nothing", answer.TypeUrl);
    }

}
