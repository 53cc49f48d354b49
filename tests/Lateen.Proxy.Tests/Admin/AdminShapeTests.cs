namespace Lateen.Proxy.Tests.Admin;

using System.Text.Json.Nodes;
using Envoy.Config.Bootstrap.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Admin;
using Lateen.Proxy.Agent;
using Lateen.Proxy.Bootstrap;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Tests.Xds;
using Lateen.Proxy.Xds;
using Lateen.Proxy.Xds.Reading;
using static Lateen.Proxy.Tests.Xds.XdsMessages;
using FilterChain = Envoy.Config.Listener.V3.FilterChain;

public sealed class AdminShapeTests
{
    private readonly ResourceStore _store = new(ExtensionCatalog.Empty, TimeProvider.System);
    private readonly StatsStore _stats = new();
    private readonly ProxyLog _log = new(TextWriter.Null, TimeProvider.System);
    private readonly AdminHandler _admin;

    public AdminShapeTests()
    {
        var bootstrap = new Bootstrap { StaticResources = new Bootstrap.Types.StaticResources { Secrets = { Pair("own") } } };
        _admin = new AdminHandler(new AdminState
        {
            Setup = new ProxySetup { Bootstrap = bootstrap },
            Store = _store,
            Stats = _stats,
            Log = _log,
            Clusters = static () => [],
            Snapshot = _store.CurrentSnapshot,
            IsReady = static () => true,
            DrainListeners = static () => { },
            Quit = static () => { },
        });
    }

    [Fact]
    public async Task A_warming_listener_stands_beside_the_one_that_serves()
    {
        Apply(Lds, "1", ("l", HttpListener("l", HttpChain("a", "one"))));
        Apply(Rds, "1", ("one", new RouteConfiguration { Name = "one" }));
        _store.BuildSnapshot();
        Apply(Lds, "2", ("l", HttpListener("l", HttpChain("a", "two"))));
        _store.BuildSnapshot();
        Apply(Lds, "3", ("l", HttpListener("l", new FilterChain())));

        JsonNode listener = (await DumpAsync("resource=dynamic_listeners"))[0] ?? "";

        Assert.Equal("type.googleapis.com/envoy.admin.v3.ListenersConfigDump.DynamicListener", Text(listener["@type"]));
        Assert.Equal("l", Text(listener["name"]));
        Assert.Equal("1", Text(listener["active_state"]?["version_info"]));
        Assert.Equal("2", Text(listener["warming_state"]?["version_info"]));
        Assert.Equal("3", Text(listener["error_state"]?["version_info"]));
        Assert.Contains("at least one network filter is required", Text(listener["error_state"]?["details"]));
    }

    [Fact]
    public async Task The_whole_dump_has_each_of_Envoy_s_parts_with_its_type()
    {
        JsonArray configs = await DumpAsync("include_eds");

        Assert.Equal(
            ["Bootstrap", "Clusters", "Endpoints", "Listeners", "Routes", "Secrets", "Ecds"],
            configs.Select(static c => Text(c?["@type"])["type.googleapis.com/envoy.admin.v3.".Length..].Replace("ConfigDump", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Private_keys_are_never_shown()
    {
        Apply(Sds, "1", ("there", Pair("there")));
        _store.BuildSnapshot();

        string body = await BodyAsync("GET", "/config_dump", "");

        Assert.Contains("the chain", body, StringComparison.Ordinal);
        Assert.DoesNotContain("the key", body, StringComparison.Ordinal);
        Assert.Equal(3, body.Split("[redacted]").Length - 1);
    }

    [Fact]
    public async Task A_dump_may_be_cut_by_name_and_by_field()
    {
        Apply(Cds, "1", ("a", StaticCluster("a")), ("b", StaticCluster("b")));
        _store.BuildSnapshot();

        JsonArray named = await DumpAsync("resource=dynamic_active_clusters&name_regex=b");
        JsonArray masked = await DumpAsync("resource=dynamic_active_clusters&mask=cluster.name");

        Assert.Equal("b", Text(Assert.Single(named)?["cluster"]?["name"]));
        Assert.Equal(2, masked.Count);
        Assert.Equal(["@type", "cluster"], ((JsonObject?)masked[0] ?? []).Select(static f => f.Key));
        Assert.Equal(["@type", "name"], ((JsonObject?)masked[0]?["cluster"] ?? []).Select(static f => f.Key));
        Assert.Equal(404, (await AskAsync("GET", "/config_dump", "resource=nonsense")).Status);
        Assert.Equal(400, (await AskAsync("GET", "/config_dump", "name_regex=(")).Status);
    }

    [Fact]
    public async Task Statistics_come_as_text_json_and_prometheus_by_name_type_and_use()
    {
        _stats.Counter("cluster.a.upstream_rq_total").Add(3);
        _stats.Counter("cluster.b.upstream_rq_total");
        _stats.Gauge("cluster.a.upstream_cx_active").Set(2);
        _stats.Histogram("cluster.a.upstream_rq_time").Record(7);

        JsonNode json = JsonNode.Parse(await BodyAsync("GET", "/stats", "format=json&filter=^cluster.a&usedonly")) ?? "";
        JsonNode histogram = json["stats"]?[2]?["histograms"]?["details"]?[0] ?? "";

        Assert.Equal("cluster.a.upstream_rq_total: 3\n", await BodyAsync("GET", "/stats", "type=Counters&usedonly"));
        Assert.Equal("cluster.a.upstream_cx_active: 2\n", await BodyAsync("GET", "/stats", "type=Gauges&usedonly"));
        Assert.Contains("envoy_cluster_upstream_rq_total{cluster_name=\"a\"} 3\n", await BodyAsync("GET", "/stats/prometheus", "usedonly"));
        Assert.Equal(("cluster.a.upstream_cx_active", 2), (Text(json["stats"]?[0]?["name"]), (int?)json["stats"]?[0]?["value"]));
        Assert.Equal(("cluster.a.upstream_rq_time", 1, 7), (Text(histogram["name"]), (int?)histogram["count"], (int?)histogram["sum"]));
        Assert.Equal(400, (await AskAsync("GET", "/stats", "type=Nonsense")).Status);
        Assert.Equal(400, (await AskAsync("GET", "/stats", "format=nonsense")).Status);
    }

    [Fact]
    public async Task Counters_are_set_back_and_gauges_stay()
    {
        _stats.Counter("a.b").Add(3);
        _stats.Gauge("a.c").Set(2);

        Assert.Equal(405, (await AskAsync("GET", "/reset_counters", "")).Status);
        Assert.Equal(200, (await AskAsync("POST", "/reset_counters", "")).Status);

        Assert.Equal("a.b: 0\na.c: 2\n", await BodyAsync("GET", "/stats", "filter=^a"));
    }

    [Fact]
    public async Task Each_logger_has_a_level_of_its_own()
    {
        string all = await BodyAsync("POST", "/logging", "level=warning");
        string one = await BodyAsync("POST", "/logging", "paths=xds:debug,config:error");

        Assert.Contains("  xds: warning\n", all);
        Assert.Contains("  xds: debug\n", one);
        Assert.Contains("  config: error\n", one);
        Assert.Contains("  main: warning\n", one);
        Assert.Equal(400, (await AskAsync("POST", "/logging", "nonsense=debug")).Status);
        Assert.Equal(400, (await AskAsync("POST", "/logging", "level=loud")).Status);
        Assert.Equal(405, (await AskAsync("GET", "/logging", "level=debug")).Status);
    }

    [Fact]
    public async Task What_is_waited_for_is_named()
    {
        Apply(Cds, "1", ("a", EdsCluster("a")));
        _store.BuildSnapshot();

        JsonNode dump = JsonNode.Parse(await BodyAsync("GET", "/init_dump", "")) ?? "";

        Assert.Equal("cluster a", Text(dump["unready_targets_dumps"]?[0]?["name"]));
    }

    private static Secret Pair(string name) => new()
    {
        Name = name,
        TlsCertificate = new TlsCertificate
        {
            CertificateChain = new DataSource { InlineString = "the chain" },
            PrivateKey = new DataSource { InlineString = "the key" },
        },
    };

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";

    private void Apply(string kind, string version, params (string Name, IMessage Message)[] resources)
    {
        var response = new DeltaDiscoveryResponse { TypeUrl = "type.googleapis.com/" + kind };
        response.Resources.AddRange(
            resources.Select(r => new Resource { Name = r.Name, Version = version, Resource_ = Any.Pack(r.Message) }));
        _store.Apply(response);
    }

    private async Task<JsonArray> DumpAsync(string query) =>
        (JsonArray?)JsonNode.Parse(await BodyAsync("GET", "/config_dump", query))?["configs"] ?? [];

    private async Task<string> BodyAsync(string method, string path, string query) => (await AskAsync(method, path, query)).Body;

    private Task<LocalResponse> AskAsync(string method, string path, string query) =>
        _admin.HandleAsync(new LocalRequest(method, path, query), TestContext.Current.CancellationToken);
}
