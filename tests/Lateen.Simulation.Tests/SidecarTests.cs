namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;
using Lateen.Testing;

/// <summary>What a Sidecar lets its workloads call, and which of several is in force.</summary>
public sealed class SidecarTests
{
    private const string Web = "GET http://web.shop/";
    private const string Near = "GET http://near/";
    private const string Closed = "outboundTrafficPolicy: {mode: REGISTRY_ONLY}";

    [Theory]
    [InlineData("'*/*'", 200, 200)]
    [InlineData("./*", 200, 502)]
    [InlineData("shop/*", 502, 200)]
    [InlineData("~/*", 502, 502)]
    [InlineData("'*/web.shop.svc.cluster.local'", 502, 200)]
    [InlineData("shop/web.shop.svc.cluster.local", 502, 200)]
    [InlineData("'./*.default.svc.cluster.local'", 200, 502)]
    [InlineData("other/web.shop.svc.cluster.local", 502, 502)]
    [Trait("field", "Sidecar.spec.egress.hosts")]
    public void Only_hosts_of_the_Sidecar_are_known(string hosts, int near, int web)
    {
        string egress = $"egress: [{{hosts: [{hosts}, 'default/anchor.default.svc.cluster.local']}}]";
        using Mesh mesh = Shop(Sidecar("default", $"{egress}, {Closed}"));

        Assert.Equal((near, web), (mesh.Call("client", Near).Status, mesh.Call("client", Web).Status));
    }

    [Fact]
    [Trait("field", "Sidecar.spec.egress.hosts")]
    public void A_service_that_only_a_virtual_service_leads_to_is_reached_through_it()
    {
        const string Rule = "{hosts: [near], http: [{route: [{destination: {host: web.shop.svc.cluster.local}}]}]}";
        using Mesh mesh = Shop(
            Sidecar("default", $"egress: [{{hosts: [./*]}}], {Closed}"),
            Tenants.Object("VirtualService", "default", "near", Rule));

        Assert.Equal("web-v1", mesh.Call("client", Near).Workload);
        Assert.Equal(502, mesh.Call("client", Web).Status);
    }

    [Fact]
    [Trait("field", "Sidecar.spec.egress.hosts")]
    public void A_virtual_service_that_is_not_imported_does_not_hold()
    {
        using Mesh mesh = Shop(
            Sidecar("default", "egress: [{hosts: [./*, shop/web.shop.svc.cluster.local]}]"),
            Tenants.Answers("other", "elsewhere", "web.shop.svc.cluster.local", 299));

        Assert.Equal(200, mesh.Call("client", Web).Status);
    }

    [Theory]
    [InlineData(80, 200)]
    [InlineData(81, 502)]
    [Trait("field", "Sidecar.spec.egress.port")]
    public void A_listener_with_a_port_is_for_that_port_only(int port, int status)
    {
        string egress = $"egress: [{{port: {{number: {port}, protocol: HTTP, name: http}}, hosts: [shop/*]}}, {{hosts: [./*]}}]";
        using Mesh mesh = Shop(Sidecar("default", $"{egress}, {Closed}"));

        Assert.Equal(status, mesh.Call("client", Web).Status);
    }

    [Fact]
    [Trait("field", "Sidecar.spec.egress.port")]
    public void The_listener_for_all_ports_adds_nothing_to_a_port_that_has_one_of_its_own()
    {
        const string Egress = "egress: [{port: {number: 80, protocol: HTTP, name: http}, hosts: [shop/*]}, {hosts: [./*]}]";
        using Mesh mesh = Shop(Sidecar("default", $"{Egress}, {Closed}"));

        Assert.Equal((502, 200), (mesh.Call("client", Near).Status, mesh.Call("client", Web).Status));
    }

    [Theory]
    [InlineData("", "127.0.0.1")]
    [InlineData("bind: 127.0.0.1, ", "127.0.0.1")]
    [Trait("field", "Sidecar.spec.egress.bind")]
    [Trait("field", "Sidecar.spec.egress.captureMode")]
    public void A_listener_without_capture_opens_its_port_for_the_application(string bind, string address)
    {
        string egress =
            $"egress: [{{port: {{number: 80, protocol: HTTP, name: http}}, {bind}captureMode: NONE, hosts: [shop/*]}}]";
        using Mesh mesh = Shop(Sidecar("default", egress));

        CallResult call = mesh.Call("client", $"GET http://{address}/", "host: web.shop");

        Assert.Equal("web-v1", call.Workload);
    }

    [Theory]
    [InlineData("", "REGISTRY_ONLY", 502)]
    [InlineData("", "ALLOW_ANY", 200)]
    [InlineData("outboundTrafficPolicy: {mode: ALLOW_ANY}", "REGISTRY_ONLY", 200)]
    [InlineData("outboundTrafficPolicy: {mode: REGISTRY_ONLY}", "ALLOW_ANY", 502)]
    [InlineData("outboundTrafficPolicy: {}", "ALLOW_ANY", 502)]
    [Trait("field", "Sidecar.spec.outboundTrafficPolicy.mode")]
    [Trait("field", "MeshConfig.outboundTrafficPolicy.mode")]
    public void The_Sidecar_decides_on_unknown_hosts_before_the_mesh(string own, string whole, int status)
    {
        string egress = "egress: [{hosts: ['*/*']}]" + (own.Length > 0 ? ", " + own : "");
        using Mesh mesh = Shop(
            Sidecar("default", egress), Worlds.MeshConfig($"{{outboundTrafficPolicy: {{mode: {whole}}}}}"));
        mesh.AddExternal("shop.example", "198.51.100.7", 80);

        Assert.Equal(status, mesh.Call("client", "GET http://shop.example/").Status);
    }

    [Fact]
    [Trait("field", "Sidecar.spec.outboundTrafficPolicy.egressProxy")]
    public void Calls_to_unknown_hosts_go_through_the_egress_proxy()
    {
        const string Policy =
            "outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: web.shop.svc.cluster.local, port: {number: 80}}}";
        using Mesh mesh = Shop(Sidecar("default", $"egress: [{{hosts: ['*/*']}}], {Policy}"));
        TestUpstream outside = mesh.AddExternal("shop.example", "198.51.100.7", 80);

        CallResult call = mesh.Call("client", "GET http://shop.example/");

        Assert.Equal(("web-v1", "shop.example", 0), (call.Workload, call.SeenHeader("host"), outside.RequestCount));
    }

    [Theory]
    [InlineData("{app: client}", 502)]
    [InlineData("{app: near}", 200)]
    [InlineData("{app: client, version: v9}", 200)]
    [Trait("field", "Sidecar.spec.workloadSelector.labels")]
    public void A_Sidecar_with_a_selector_is_for_the_workloads_it_selects(string labels, int status)
    {
        string some = Sidecar("default", $"workloadSelector: {{labels: {labels}}}, egress: [{{hosts: [./*]}}], {Closed}");
        using Mesh mesh = Shop(some);

        Assert.Equal(status, mesh.Call("client", Web).Status);
    }

    [Fact]
    [Trait("rule", "A Sidecar that selects the workload comes before the namespace's, and that before the root namespace's")]
    public void The_closest_Sidecar_is_in_force()
    {
        using Mesh mesh = Shop(Sidecar("istio-system", $"egress: [{{hosts: [./*]}}], {Closed}", hour: 1));
        Assert.Equal(502, mesh.Call("client", Web).Status);

        mesh.Apply(Sidecar("default", $"egress: [{{hosts: ['*/*']}}], {Closed}", hour: 2));
        Assert.Equal(200, mesh.Call("client", Web).Status);

        string selective = $"workloadSelector: {{labels: {{app: client}}}}, egress: [{{hosts: [./*]}}], {Closed}";
        mesh.Apply(Tenants.Object("Sidecar", "default", "selective", $"{{{selective}}}", hour: 3));
        Assert.Equal(502, mesh.Call("client", Web).Status);
    }

    [Fact]
    [Trait("rule", "In a Sidecar of the root namespace \".\" is the namespace of each workload")]
    public void The_root_namespace_s_Sidecar_speaks_of_every_namespace_as_its_own()
    {
        using Mesh mesh = Shop(Sidecar("istio-system", $"egress: [{{hosts: [./*]}}], {Closed}"));

        Assert.Equal((200, 502), (mesh.Call("client", Near).Status, mesh.Call("client", Web).Status));
        Assert.Equal(200, mesh.Call("web", "GET http://web.shop/").Status);
    }

    [Fact]
    [Trait("rule", "Of two Sidecars for the same workloads the older one is in force")]
    public void Of_two_Sidecars_alike_the_older_one_is_in_force()
    {
        using Mesh mesh = Shop(
            Tenants.Object("Sidecar", "default", "younger", "{egress: [{hosts: ['*/*']}], " + Closed + "}", hour: 2),
            Tenants.Object("Sidecar", "default", "older", "{egress: [{hosts: [./*]}], " + Closed + "}", hour: 1));

        Assert.Equal(502, mesh.Call("client", Web).Status);
    }

    [Fact]
    [Trait("field", "Sidecar.spec.egress.hosts")]
    public void Without_the_Sidecar_everything_is_known_again()
    {
        using Mesh mesh = Shop(Sidecar("default", $"egress: [{{hosts: [./*]}}], {Closed}"));
        Assert.Equal(502, mesh.Call("client", Web).Status);

        mesh.Delete("Sidecar/default");

        Assert.Equal(200, mesh.Call("client", Web).Status);
    }

    private static string Sidecar(string ns, string spec, int hour = 0) =>
        Tenants.Object("Sidecar", ns, "default", $"{{{spec}}}", hour);

    // "anchor" keeps an HTTP listener on port 80 whatever else is imported.
    private static Mesh Shop(params string[] yaml) => new(
        1,
        [
            Tenants.Service("default", "client"), Tenants.Service("default", "near"), Tenants.Service("default", "anchor"),
            Tenants.Service("shop", "web"), .. yaml,
        ]);
}
