namespace Lateen.Control.Tests.Registry;

using Istio.Networking.Nds.V1;
using Lateen.Control.Ads;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Tests.Translation;
using Lateen.Control.Translation;

public sealed class RegistryTests
{
    private static readonly ResourceKey Api = new("networking.istio.io", "ServiceEntry", "default", "api");

    [Fact]
    [Trait("field", "ServiceEntry.status.addresses")]
    public void Hosts_without_addresses_get_the_same_one_in_every_control_plane()
    {
        string first = AddressOf(Load(Entry("api", "api.example")), Api);

        Assert.StartsWith("240.240.", first, StringComparison.Ordinal);
        Assert.Equal(first, AddressOf(Load(Entry("b", "b.example"), Entry("api", "api.example")), Api));
    }

    [Fact]
    [Trait("field", "ServiceEntry.status.addresses")]
    public void An_address_that_the_status_records_is_kept()
    {
        const string Status = "status: {addresses: [{value: 240.240.7.7, host: api.example}]}";

        Assert.Equal("240.240.7.7", AddressOf(Load(Entry("api", "api.example", more: Status)), Api));
    }

    [Theory]
    [InlineData("resolution: STATIC, addresses: [203.0.113.1]", "")]
    [InlineData("resolution: NONE", "")]
    [InlineData("resolution: STATIC", "labels: {networking.istio.io/enable-autoallocate-ip: \"false\"}")]
    public void Who_needs_no_address_or_wants_none_gets_none(string spec, string metadata)
    {
        MeshSnapshot snapshot = Load(Entry("api", "api.example", spec, metadata));

        Assert.Empty(snapshot.ServiceEntries.AddressesOf(Api));
    }

    [Fact]
    public void A_status_with_the_allocated_addresses_is_no_change()
    {
        ConfigStore store = new(MeshFiles.Settings);
        MeshFiles.Apply(store, Entry("api", "api.example"));
        store.MarkSynced();
        MeshSnapshot snapshot = store.TakeSnapshot().Snapshot;
        string address = AddressOf(snapshot, Api);

        MeshFiles.Apply(store, Entry("api", "api.example", more: $"status: {{addresses: [{{value: {address}, host: api.example}}]}}"));

        Assert.Equal(snapshot.Version, store.TakeSnapshot().Snapshot.Version);
    }

    [Fact]
    public void Of_two_services_with_one_host_the_own_namespaces_wins_then_Kubernetes_then_the_older()
    {
        MeshService[] services =
        [
            Service("a", ServiceSource.External, 2), Service("b", ServiceSource.External, 1), Service("c", ServiceSource.Kubernetes, 3),
        ];

        Assert.Equal("c", new ServiceIndex(services).Find("x.example")?.Namespace);
        Assert.Equal("a", new ServiceIndex(services, "a").Find("x.example")?.Namespace);
        Assert.Equal("b", new ServiceIndex(services[..2]).Find("x.example")?.Namespace);
    }

    [Theory]
    [InlineData("MESH_EXTERNAL", true)]
    [InlineData("MESH_INTERNAL", false)]
    [Trait("field", "ServiceEntry.spec.location")]
    public void A_cluster_says_whether_its_service_is_outside_the_mesh(string location, bool external)
    {
        MeshSnapshot snapshot = Load(Entry("api", "api.example", "resolution: STATIC, location: " + location));
        EncodedResource resource = new XdsTranslator(new TranslationCache())
            .Translate(snapshot, MeshFiles.Sidecar("x"), XdsType.Cluster, ["outbound|80||api.example"])[0];
        Envoy.Config.Cluster.V3.Cluster cluster = Envoy.Config.Cluster.V3.Cluster.Parser.ParseFrom(resource.Body.Value);

        Assert.Equal(external, cluster.Metadata.FilterMetadata["istio"].Fields.ContainsKey("external"));
    }

    [Fact]
    public void The_name_table_has_services_pods_of_headless_services_and_allocated_addresses()
    {
        MeshSnapshot snapshot = Load(Entry("api", "api.example"), """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: default}
            spec: {clusterIP: None, selector: {app: web}, ports: [{name: http, port: 80}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-1, namespace: default, labels: {kubernetes.io/service-name: web}}
            addressType: IPv4
            ports: [{name: http, port: 80}]
            endpoints: [{addresses: [10.244.0.7], hostname: web-0}, {addresses: [10.244.0.8], hostname: web-1}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: echo, namespace: default}
            spec: {clusterIP: 10.96.0.9, ports: [{name: http, port: 80}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: alias, namespace: default}
            spec: {type: ExternalName, externalName: echo.default.svc.cluster.local}
            """);
        ProxyNode node = MeshFiles.Sidecar("productpage") with { DnsCapture = true };

        EncodedResource resource = Assert.Single(new XdsTranslator(new TranslationCache()).Translate(snapshot, node, XdsType.NameTable, null));
        NameTable table = NameTable.Parser.ParseFrom(resource.Body.Value);

        Assert.Equal(["10.244.0.7", "10.244.0.8"], table.Table["web.default.svc.cluster.local"].Ips);
        Assert.Equal(["10.244.0.8"], table.Table["web-1.web.default.svc.cluster.local"].Ips);
        Assert.Equal("web-1.web", table.Table["web-1.web.default.svc.cluster.local"].Shortname);
        Assert.Equal(["10.96.0.9"], table.Table["alias.default.svc.cluster.local"].Ips);
        Assert.Equal("echo", table.Table["echo.default.svc.cluster.local"].Shortname);
        Assert.Equal([AddressOf(snapshot, Api)], table.Table["api.example"].Ips);
        Assert.Equal("External", table.Table["api.example"].Registry);
    }

    private static string AddressOf(MeshSnapshot snapshot, ResourceKey entry) =>
        Assert.Single(snapshot.ServiceEntries.AddressesOf(entry)).Value;

    private static MeshSnapshot Load(params string[] texts) => MeshFiles.Load(MeshFiles.Settings, texts);

    private static MeshService Service(string ns, ServiceSource source, int age) => new()
    {
        Host = "x.example",
        Name = "x",
        Namespace = ns,
        Source = source,
        CreatedAt = DateTimeOffset.UnixEpoch.AddDays(age),
    };

    private static string Entry(string name, string host, string spec = "resolution: STATIC", string metadata = "", string more = "") => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: {{name}}, namespace: default{{(metadata.Length > 0 ? ", " + metadata : "")}}}
        spec: {hosts: [{{host}}], ports: [{number: 80, name: http, protocol: HTTP}], {{spec}}}
        {{more}}
        """;
}
