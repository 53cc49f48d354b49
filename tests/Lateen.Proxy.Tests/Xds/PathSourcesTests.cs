namespace Lateen.Proxy.Tests.Xds;

using Lateen.Proxy.Agent;
using Lateen.Proxy.Bootstrap;
using Lateen.Proxy.Config;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Xds;
using Lateen.Proxy.Xds.Reading;
using Lateen.Testing;

public sealed class PathSourcesTests : IDisposable
{
    private const string Listener = """
        {"@type": type.googleapis.com/envoy.config.listener.v3.Listener, name: NAME,
         address: {socket_address: {address: 127.0.0.1, port_value: 80}},
         filter_chains: [{filters: [{name: tcp, typed_config: {
           "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: s, cluster: c}}], SOCKET}]}
        """;

    private const string Socket = """
        transport_socket: {name: tls, typed_config: {
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext,
          common_tls_context: {tls_certificate_sds_secret_configs: [{name: server, sds_config: {path_config_source: {path: FILE}}}]}}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("lateen-path").FullName;
    private readonly StringWriter _log = new();
    private readonly StatsStore _stats = new();
    private readonly ResourceStore _store = new(ExtensionCatalog.Empty, TimeProvider.System) { WantsClusters = false, WantsListeners = false };
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _log.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public void Clusters_and_listeners_follow_their_files()
    {
        PathSources sources = Sources(new ProxySetup { Bootstrap = new(), ClustersFile = File("cds.yaml"), ListenersFile = File("lds.yaml") });
        Write("cds.yaml", "resources: [{\"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster, name: c, type: STATIC}]");
        Write("lds.yaml", $"resources: [{Plain("a")}, {Plain("b")}]");

        Assert.True(sources.Load());
        Assert.Equal(["a", "b"], Listeners());
        Assert.Equal("c", Assert.Single(_store.CurrentSnapshot().Clusters).Key);
        Assert.False(sources.Load());

        Write("lds.yaml", $"resources: [{Plain("b")}]");
        Assert.True(sources.Load());
        Assert.Equal(["b"], Listeners());
        Assert.Equal(2, _stats.Counter("listener_manager.lds.update_success").Value);
    }

    [Theory]
    [InlineData("resources: [{", "lds.yaml")]
    [InlineData("resources: [{name: x}]", "@type")]
    [InlineData("resorces: []", "resorces")]
    public void A_broken_file_leaves_what_serves_and_is_told_once(string text, string told)
    {
        PathSources sources = Sources(new ProxySetup { Bootstrap = new(), ListenersFile = File("lds.yaml") });
        Write("lds.yaml", $"resources: [{Plain("a")}]");
        sources.Load();

        Write("lds.yaml", text);
        Assert.False(sources.Load());
        Assert.False(sources.Load());

        Assert.Equal(["a"], Listeners());
        Assert.Contains(told, Assert.Single(_log.ToString().Split('\n'), static line => line.Contains("warning")));
        Assert.Equal(1, _stats.Counter("listener_manager.lds.update_rejected").Value);
    }

    [Fact]
    public void A_file_that_is_not_there_yet_is_read_when_it_comes()
    {
        PathSources sources = Sources(new ProxySetup { Bootstrap = new(), ListenersFile = File("lds.json") });

        Assert.False(sources.Load());
        Write("lds.json", $"{{\"resources\": [{System.Text.Json.Nodes.JsonNode.Parse("""
            {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "j", "address": {"socket_address": {"address": "127.0.0.1", "port_value": 80}},
             "filter_chains": [{"filters": [{"name": "tcp", "typed_config":
               {"@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", "stat_prefix": "s", "cluster": "c"}}]}]}
            """)}]}}");

        Assert.True(sources.Load());
        Assert.Equal(["j"], Listeners());
    }

    [Fact]
    public void A_secret_of_a_file_follows_the_file_and_the_files_that_it_names()
    {
        PathSources sources = Sources(new ProxySetup { Bootstrap = new(), ListenersFile = File("lds.yaml") });
        Write("lds.yaml", $"resources: [{WithTls("a")}]");
        Assert.True(sources.Load());
        Assert.Empty(Listeners());
        Assert.Contains("sds.yaml", _log.ToString());

        WriteCertificate();
        Write("sds.yaml", $"""
            resources:
            - "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
              name: server
              tls_certificate:
                certificate_chain: {"{"}filename: {File("tls.crt")}{"}"}
                private_key: {"{"}filename: {File("tls.key")}{"}"}
            """);
        Assert.True(sources.Load());
        Assert.Equal(["a"], Listeners());
        byte[] first = Chain();
        Assert.False(sources.Load());

        WriteCertificate();
        Assert.True(sources.Load());
        Assert.NotEqual(first, Chain());

        byte[] second = Chain();
        Write("tls.key", "nonsense");
        Assert.False(sources.Load());
        Assert.Equal(second, Chain());
        Assert.Equal(1, _stats.Counter("secret_manager.sds.update_rejected").Value);
    }

    [Fact]
    public void The_control_plane_is_not_asked_for_a_secret_of_a_file()
    {
        PathSources sources = Sources(new ProxySetup { Bootstrap = new(), ListenersFile = File("lds.yaml") });
        Write("lds.yaml", $"resources: [{WithTls("a")}]");
        sources.Load();

        Assert.Empty(_store.Needed(TypeUrls.Secret));
    }

    [Fact]
    public void A_name_that_the_file_does_not_have_is_told()
    {
        PathSources sources = Sources(new ProxySetup { Bootstrap = new(), ListenersFile = File("lds.yaml") });
        Write("lds.yaml", $"resources: [{WithTls("a")}]");
        Write("sds.yaml", "resources: []");

        sources.Load();

        Assert.Contains("server: is not in the file", _log.ToString());
    }

    private PathSources Sources(ProxySetup setup) => new(_store, setup, _stats, new ProxyLog(_log, TimeProvider.System));

    private byte[] Chain() => _store.CurrentSnapshot().Secrets.Values.Single().Certificate?.CertificateChain ?? [];

    private string[] Listeners() => [.. _store.CurrentSnapshot().Listeners.Select(static l => l.Name).Order()];

    private static string Plain(string name) => Listener.Replace("NAME", name).Replace(", SOCKET", "");

    private string WithTls(string name) => Listener.Replace("NAME", name).Replace("SOCKET", Socket.Replace("FILE", File("sds.yaml")));

    private void WriteCertificate()
    {
        TestCertificate certificate = _authority.Issue("dns:a.test");
        System.IO.File.WriteAllBytes(File("tls.crt"), certificate.Chain);
        System.IO.File.WriteAllBytes(File("tls.key"), certificate.Key);
    }

    private string File(string name) => Path.Combine(_folder, name);

    private void Write(string name, string text) => System.IO.File.WriteAllText(File(name), text);
}
