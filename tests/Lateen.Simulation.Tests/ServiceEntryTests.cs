namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;
using Lateen.Testing;

/// <summary>Services that Kubernetes does not know: each way of finding their endpoints, in a mesh that lets nothing else out.</summary>
public sealed class ServiceEntryTests
{
    private const string RegistryOnly = "{accessLogFile: /dev/stdout, outboundTrafficPolicy: {mode: REGISTRY_ONLY}}";
    private const string Api = "GET http://api.example/x";

    [Fact]
    [Trait("field", "ServiceEntry.spec.hosts")]
    [Trait("field", "ServiceEntry.spec.ports.number")]
    [Trait("field", "ServiceEntry.spec.ports.name")]
    [Trait("field", "ServiceEntry.spec.ports.protocol")]
    [Trait("field", "ServiceEntry.spec.resolution")]
    public void Without_resolution_a_call_goes_where_the_caller_meant()
    {
        using Mesh mesh = Closed(Entry("resolution: NONE, ports: [{number: 80, name: http, protocol: HTTP}]"));
        mesh.AddExternal("api.example", "198.51.100.7", 80);
        mesh.AddExternal("other.example", "198.51.100.8", 80);

        Assert.Equal("api.example", mesh.Call("productpage", Api).Workload);
        Assert.Equal(502, mesh.Call("productpage", "GET http://other.example/x").Status);
        Assert.Contains(
            " outbound|80||api.example ", mesh.Proxy("productpage").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.hosts")]
    public void A_wildcard_host_takes_every_name_under_it_and_no_other()
    {
        using Mesh mesh = Closed(Entry("resolution: NONE, ports: [{number: 80, name: http, protocol: HTTP}]", "\"*.wild.example\""));
        mesh.AddExternal("a.wild.example", "198.51.100.7", 80);
        mesh.AddExternal("wild.example", "198.51.100.8", 80);

        Assert.Equal("a.wild.example", mesh.Call("productpage", "GET http://a.wild.example/x").Workload);
        Assert.Equal(502, mesh.Call("productpage", "GET http://wild.example/x").Status);
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.endpoints.address")]
    [Trait("field", "ServiceEntry.spec.endpoints.ports")]
    [Trait("field", "ServiceEntry.spec.ports.targetPort")]
    public void Static_endpoints_are_called_at_their_own_port_else_at_the_target_port()
    {
        using Mesh mesh = Closed(Entry("""
            resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}],
            endpoints: [{address: 198.51.100.7, ports: {http: 9090}}, {address: 198.51.100.8}]
            """));
        TestUpstream own = mesh.AddExternal("one", "198.51.100.7", 9090);
        TestUpstream target = mesh.AddExternal("two", "198.51.100.8", 8080);

        IReadOnlyList<CallResult> calls = Calls(mesh, 40);

        Assert.All(calls, call => Assert.Equal(200, call.Status));
        Assert.Equal(40, own.RequestCount + target.RequestCount);
        Assert.True(own.RequestCount > 0 && target.RequestCount > 0);
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.endpoints.weight")]
    public void Weights_of_endpoints_share_the_calls()
    {
        using Mesh mesh = Closed(
            Entry("""
                resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}],
                endpoints: [{address: 198.51.100.7, weight: 3}, {address: 198.51.100.8, weight: 1}]
                """),
            Rule("loadBalancer: {simple: ROUND_ROBIN}"));
        TestUpstream heavy = mesh.AddExternal("one", "198.51.100.7", 80);
        TestUpstream light = mesh.AddExternal("two", "198.51.100.8", 80);

        Calls(mesh, 40);

        Assert.Equal((30, 10), (heavy.RequestCount, light.RequestCount));
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.endpoints.labels")]
    public void Labels_of_endpoints_make_subsets()
    {
        using Mesh mesh = Closed(
            Entry("""
                resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}],
                endpoints: [{address: 198.51.100.7, labels: {version: v1}}, {address: 198.51.100.8, labels: {version: v2}}]
                """),
            """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: api}
            spec: {host: api.example, subsets: [{name: v2, labels: {version: v2}}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: api}
            spec: {hosts: [api.example], http: [{route: [{destination: {host: api.example, subset: v2}}]}]}
            """);
        mesh.AddExternal("one", "198.51.100.7", 80);
        mesh.AddExternal("two", "198.51.100.8", 80);

        Assert.All(Calls(mesh, 10), call => Assert.Equal("two", call.Workload));
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.resolution")]
    public void With_DNS_the_proxy_looks_the_host_up_and_calls_all_its_addresses()
    {
        using Mesh mesh = Closed();
        mesh.AddExternal("one", "198.51.100.7", 80);
        mesh.AddExternal("two", "198.51.100.8", 80);
        mesh.Names.Set("api.example", null, "198.51.100.7", "198.51.100.8");
        mesh.Apply(Entry("resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP}]"));

        Assert.Equal(["one", "two"], Calls(mesh, 30).Select(call => call.Workload).Distinct().Order());
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.resolution")]
    public void With_DNS_ROUND_ROBIN_only_the_first_address_is_called()
    {
        using Mesh mesh = Closed();
        mesh.AddExternal("one", "198.51.100.7", 80);
        mesh.AddExternal("two", "198.51.100.8", 80);
        mesh.Names.Set("api.example", null, "198.51.100.7", "198.51.100.8");
        mesh.Apply(Entry("resolution: DNS_ROUND_ROBIN, ports: [{number: 80, name: http, protocol: HTTP}]"));

        Assert.All(Calls(mesh, 10), call => Assert.Equal("one", call.Workload));
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.resolution")]
    public void With_DYNAMIC_DNS_the_name_in_each_request_is_looked_up()
    {
        using Mesh mesh = Closed(Entry("resolution: DYNAMIC_DNS, ports: [{number: 80, name: http, protocol: HTTP}]", "\"*.wild.example\""));
        mesh.AddExternal("a.wild.example", "198.51.100.7", 80);
        mesh.AddExternal("b.wild.example", "198.51.100.8", 80);

        Assert.Equal("a.wild.example", mesh.Call("productpage", "GET http://203.0.113.99/x", "host: a.wild.example").Workload);
        Assert.Equal("b.wild.example", mesh.Call("productpage", "GET http://203.0.113.99/x", "host: b.wild.example").Workload);
        Assert.Equal(503, mesh.Call("productpage", "GET http://203.0.113.99/x", "host: c.wild.example").Status);
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.endpoints.address")]
    public void With_DNS_endpoints_may_have_names_of_their_own()
    {
        using Mesh mesh = Closed();
        mesh.AddExternal("eu.api.example", "198.51.100.7", 8443);
        mesh.Apply(Entry("""
            resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP}],
            endpoints: [{address: eu.api.example, ports: {http: 8443}}]
            """));

        Assert.All(Calls(mesh, 3), call => Assert.Equal("eu.api.example", call.Workload));
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.addresses")]
    public void A_TCP_service_is_told_by_its_virtual_address()
    {
        using Mesh mesh = Closed(Entry("""
            resolution: STATIC, addresses: [203.0.113.50], ports: [{number: 9000, name: tcp, protocol: TCP}],
            endpoints: [{address: 198.51.100.7}]
            """));
        mesh.AddExternal("one", "198.51.100.7", 9000).Raw = static (connection, _) => connection.Write("one");

        TestClient client = mesh.Connect("productpage", "203.0.113.50", 9000);
        client.Write("x");

        Assert.Equal("one", client.Received);
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.addresses")]
    public void A_prefix_takes_every_address_in_it()
    {
        using Mesh mesh = Closed(Entry("""
            resolution: NONE, addresses: [198.51.100.0/24], ports: [{number: 9000, name: tcp, protocol: TCP}]
            """));
        mesh.AddExternal("one", "198.51.100.7", 9000).Raw = static (connection, _) => connection.Write("one");
        mesh.AddExternal("two", "203.0.113.77", 9000).Raw = static (connection, _) => connection.Write("two");

        TestClient inside = mesh.Connect("productpage", "198.51.100.7", 9000);
        inside.Write("x");
        TestClient outside = mesh.Connect("productpage", "203.0.113.77", 9000);
        outside.Write("x");

        Assert.Equal(("one", ""), (inside.Received, outside.Received));
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.workloadSelector.labels")]
    [Trait("field", "WorkloadEntry.spec.address")]
    [Trait("field", "WorkloadEntry.spec.labels")]
    [Trait("field", "WorkloadEntry.spec.ports")]
    public void A_selector_picks_pods_and_workload_entries_of_its_namespace()
    {
        using Mesh mesh = Closed(
            Worlds.Service("echo", "http", 8888),
            Entry("""
                resolution: STATIC, location: MESH_INTERNAL, workloadSelector: {labels: {app: echo}},
                ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
                """),
            Machine("vm", "198.51.100.7", "labels: {app: echo}, ports: {http: 9090}"),
            Machine("other", "198.51.100.8", "labels: {app: other}"));
        mesh.AddExternal("vm", "198.51.100.7", 9090);

        Assert.Equal(["echo", "vm"], Calls(mesh, 30).Select(call => call.Workload).Distinct().Order());

        mesh.Delete("WorkloadEntry/vm");

        Assert.Equal(["echo"], Calls(mesh, 10).Select(call => call.Workload).Distinct());
    }

    [Fact]
    [Trait("field", "WorkloadEntry.spec.weight")]
    public void A_Service_selects_workload_entries_beside_its_pods()
    {
        using Mesh mesh = Closed(
            Worlds.Service("echo", "http", 80),
            Machine("vm", "198.51.100.7", "labels: {app: echo}, weight: 3"),
            """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: echo}
            spec: {host: echo, trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}}
            """);
        TestUpstream machine = mesh.AddExternal("vm", "198.51.100.7", 8080);

        mesh.Calls(40, "productpage", "GET http://echo/");

        Assert.Equal((30, 10), (machine.RequestCount, mesh.Pod("echo").App.RequestCount));
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.hosts")]
    public void Entries_of_one_namespace_for_one_host_add_their_ports()
    {
        using Mesh mesh = Closed(
            Entry("resolution: NONE, ports: [{number: 80, name: http, protocol: HTTP}]"),
            Entry("resolution: NONE, ports: [{number: 8081, name: http-2, protocol: HTTP}]", name: "more"));
        mesh.AddExternal("api.example", "198.51.100.7", 80);
        mesh.AddExternal("api.example", "198.51.100.7", 8081);

        Assert.Equal(200, mesh.Call("productpage", Api).Status);
        Assert.Equal(200, mesh.Call("productpage", "GET http://api.example:8081/x").Status);
    }

    private static Mesh Closed(params string[] yaml) => Mesh.Bookinfo([Worlds.MeshConfig(RegistryOnly), .. yaml]);

    // Called at an address nobody has: only the service's endpoints can answer.
    private static IReadOnlyList<CallResult> Calls(Mesh mesh, int count) =>
        mesh.Calls(count, "productpage", "GET http://203.0.113.99/x", "host: api.example");

    private static string Entry(string spec, string host = "api.example", string name = "api") => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: {{name}}}
        spec: {hosts: [{{host}}], {{spec.ReplaceLineEndings(" ")}}}
        """;

    private static string Machine(string name, string address, string spec) => $$"""
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: {{name}}}
        spec: {address: {{address}}, {{spec}}}
        """;

    private static string Rule(string policy) => $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: api}
        spec: {host: api.example, trafficPolicy: { {{policy}} } }
        """;
}
