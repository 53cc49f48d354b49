namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;

/// <summary>Which namespaces see services, virtual services and destination rules.</summary>
public sealed class ExportToTests
{
    private const string Web = "GET http://web.shop/";
    private const string RegistryOnly = "outboundTrafficPolicy: {mode: REGISTRY_ONLY}";
    private const string ToChosen =
        "{hosts: [web.shop.svc.cluster.local], http: [{route: [{destination: "
        + "{host: web.shop.svc.cluster.local, subset: chosen}}]}]}";

    [Theory]
    [InlineData("{}", 200)]
    [InlineData("{networking.istio.io/exportTo: '*'}", 200)]
    [InlineData("{networking.istio.io/exportTo: 'other,default'}", 200)]
    [InlineData("{networking.istio.io/exportTo: '.'}", 502)]
    [InlineData("{networking.istio.io/exportTo: 'other'}", 502)]
    [InlineData("{networking.istio.io/exportTo: '~'}", 502)]
    [Trait("field", "Service.metadata.annotations.networking.istio.io/exportTo")]
    public void A_service_is_known_where_it_is_exported_to(string annotations, int status)
    {
        using Mesh mesh = Shop(Tenants.Service("shop", "web", annotations: annotations), Tenants.MeshConfig(RegistryOnly));

        Assert.Equal(status, mesh.Call("client", Web).Status);
    }

    [Fact]
    [Trait("field", "Service.metadata.annotations.networking.istio.io/exportTo")]
    public void A_service_exported_to_its_own_namespace_is_known_there()
    {
        string own = Tenants.Service("shop", "web", annotations: "{networking.istio.io/exportTo: '.'}");
        using Mesh mesh = Shop(own, Tenants.MeshConfig(RegistryOnly));

        Assert.Equal(200, mesh.Call("local", Web).Status);
    }

    [Theory]
    [InlineData("", 299, 299)]
    [InlineData(", exportTo: ['*']", 299, 299)]
    [InlineData(", exportTo: [.]", 200, 299)]
    [InlineData(", exportTo: [default]", 299, 200)]
    [InlineData(", exportTo: [default, .]", 299, 299)]
    [InlineData(", exportTo: [other]", 200, 200)]
    [Trait("field", "VirtualService.spec.exportTo")]
    public void A_virtual_service_holds_where_it_is_exported_to(string exportTo, int inDefault, int inShop)
    {
        string rule = Tenants.Answers("shop", "web", "web", 299, exportTo);
        using Mesh mesh = Shop(Tenants.Service("shop", "web"), rule);

        Assert.Equal(inDefault, mesh.Call("client", Web).Status);
        Assert.Equal(inShop, mesh.Call("local", Web).Status);
    }

    [Theory]
    [InlineData(", exportTo: ['*']", 299)]
    [InlineData(", exportTo: [istio-system]", 299)]
    [InlineData(", exportTo: [.]", 404)]
    [Trait("field", "VirtualService.spec.exportTo")]
    public void A_gateway_serves_virtual_services_that_its_namespace_sees(string exportTo, int status)
    {
        string gateway = Tenants.Object("Gateway", "istio-system", "edge",
            "{selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}");
        string rule = Tenants.Answers("shop", "web", "shop.example", 299, ", gateways: [istio-system/edge]" + exportTo);
        using Mesh mesh = Shop(Worlds.Gateway, gateway, rule);

        Assert.Equal(status, mesh.CallGateway("GET http://shop.example/").Status);
    }

    [Fact]
    [Trait("field", "VirtualService.spec.exportTo")]
    [Trait("rule", "A private virtual service comes before an older public one")]
    public void A_namespace_s_own_private_virtual_service_comes_before_an_older_public_one()
    {
        const string Host = "web.shop.svc.cluster.local";
        using Mesh mesh = Shop(
            Tenants.Service("shop", "web"),
            Tenants.Answers("shop", "public", Host, 291, hour: 1),
            Tenants.Answers("default", "private", Host, 292, ", exportTo: [.]", hour: 2));

        Assert.Equal(292, mesh.Call("client", Web).Status);
        Assert.Equal(291, mesh.Call("local", Web).Status);
    }

    [Fact]
    [Trait("rule", "At sidecars the oldest virtual service of a host wins")]
    public void Of_two_public_virtual_services_the_older_one_holds()
    {
        const string Host = "web.shop.svc.cluster.local";
        using Mesh mesh = Shop(
            Tenants.Service("shop", "web"),
            Tenants.Answers("shop", "younger", Host, 291, hour: 2),
            Tenants.Answers("default", "older", Host, 292, hour: 1));

        Assert.Equal(292, mesh.Call("client", Web).Status);
    }

    [Theory]
    [InlineData("", "web-v1")]
    [InlineData(", exportTo: ['*']", "web-v1")]
    [InlineData(", exportTo: [default]", "web-v1")]
    [InlineData(", exportTo: [.]", "")]
    [InlineData(", exportTo: [other]", "")]
    [Trait("field", "DestinationRule.spec.exportTo")]
    public void A_destination_rule_holds_where_it_is_exported_to(string exportTo, string workload)
    {
        using Mesh mesh = TwoVersions(Tenants.Chooses("shop", "web", "web", "v1", exportTo));

        Assert.Equal(workload, mesh.Call("client", Web).Workload);
        Assert.Equal("web-v1", mesh.Call("local", Web).Workload);
    }

    [Theory]
    [InlineData(true, true, true, "web-v1")]
    [InlineData(false, true, true, "web-v2")]
    [InlineData(false, false, true, "web-v3")]
    [InlineData(false, false, false, "")]
    [Trait("rule", "Destination rules are looked up in the namespace of the client, of the service, and the root namespace")]
    public void Destination_rules_are_looked_up_in_three_namespaces(bool client, bool service, bool root, string workload)
    {
        const string Host = "web.shop.svc.cluster.local";
        List<string> rules = [];
        if (client)
        {
            rules.Add(Tenants.Chooses("default", "of-client", Host, "v1"));
        }

        if (service)
        {
            rules.Add(Tenants.Chooses("shop", "of-service", Host, "v2"));
        }

        if (root)
        {
            rules.Add(Tenants.Chooses("istio-system", "of-root", Host, "v3"));
        }

        using Mesh mesh = TwoVersions([.. rules]);

        Assert.Equal(workload, mesh.Call("client", Web).Workload);
    }

    [Theory]
    [InlineData("{app: client}", "web-v2")]
    [InlineData("{app: somebody}", "web-v1")]
    [Trait("field", "DestinationRule.spec.workloadSelector.matchLabels")]
    public void A_destination_rule_for_some_workloads_holds_for_these(string labels, string workload)
    {
        const string Host = "web.shop.svc.cluster.local";
        using Mesh mesh = TwoVersions(
            Tenants.Chooses("default", "all", Host, "v1", hour: 1),
            Tenants.Chooses("default", "some", Host, "v2", $", workloadSelector: {{matchLabels: {labels}}}", hour: 2));

        Assert.Equal(workload, mesh.Call("client", Web).Workload);
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.workloadSelector.matchLabels")]
    public void A_destination_rule_for_some_workloads_is_not_for_other_namespaces()
    {
        using Mesh mesh = TwoVersions(
            Tenants.Chooses("shop", "some", "web", "v2", ", workloadSelector: {matchLabels: {app: client}}"));

        Assert.Equal(503, mesh.Call("client", Web).Status);
    }

    [Theory]
    [InlineData("defaultServiceExportTo: [.]", 502)]
    [InlineData("defaultServiceExportTo: [''*'']", 200)]
    [Trait("field", "MeshConfig.defaultServiceExportTo")]
    public void Services_that_do_not_say_follow_the_mesh(string setting, int status)
    {
        using Mesh mesh = Shop(Tenants.Service("shop", "web"), Tenants.MeshConfig("{" + RegistryOnly + ", " + setting + "}"));

        Assert.Equal(status, mesh.Call("client", Web).Status);
        Assert.Equal(200, mesh.Call("local", Web).Status);
    }

    [Theory]
    [InlineData("[.]", "", 200, 299)]
    [InlineData("[.]", ", exportTo: ['*']", 299, 299)]
    [InlineData("['*']", "", 299, 299)]
    [Trait("field", "MeshConfig.defaultVirtualServiceExportTo")]
    public void Virtual_services_that_do_not_say_follow_the_mesh(string setting, string exportTo, int inDefault, int inShop)
    {
        using Mesh mesh = Shop(
            Tenants.Service("shop", "web"),
            Tenants.Answers("shop", "web", "web", 299, exportTo),
            Tenants.MeshConfig("defaultVirtualServiceExportTo: " + setting.Replace("'", "''", StringComparison.Ordinal)));

        Assert.Equal(inDefault, mesh.Call("client", Web).Status);
        Assert.Equal(inShop, mesh.Call("local", Web).Status);
    }

    [Theory]
    [InlineData("[.]", 503)]
    [InlineData("['*']", 200)]
    [Trait("field", "MeshConfig.defaultDestinationRuleExportTo")]
    public void Destination_rules_that_do_not_say_follow_the_mesh(string setting, int status)
    {
        using Mesh mesh = TwoVersions(
            Tenants.Chooses("shop", "web", "web", "v1"),
            Tenants.MeshConfig("defaultDestinationRuleExportTo: " + setting.Replace("'", "''", StringComparison.Ordinal)));

        Assert.Equal(status, mesh.Call("client", Web).Status);
        Assert.Equal(200, mesh.Call("local", Web).Status);
    }

    [Fact]
    [Trait("field", "VirtualService.spec.exportTo")]
    public void Taking_the_export_back_takes_effect_at_once()
    {
        using Mesh mesh = Shop(Tenants.Service("shop", "web"), Tenants.Answers("shop", "web", "web", 299));
        Assert.Equal(299, mesh.Call("client", Web).Status);

        mesh.Apply(Tenants.Answers("shop", "web", "web", 299, ", exportTo: [.]"));

        Assert.Equal(200, mesh.Call("client", Web).Status);
    }

    // A caller in each of two namespaces; "other" keeps an HTTP listener on port 80, whatever is exported.
    private static Mesh Shop(params string[] yaml) => new(
        1,
        [Tenants.Service("default", "client"), Tenants.Service("shop", "local"), .. yaml]);

    private static Mesh TwoVersions(params string[] rules) => Shop(
        [
            Tenants.Service("shop", "web", versions: ["v1", "v2", "v3"]),
            Tenants.Object("VirtualService", "shop", "to-chosen", ToChosen),
            .. rules,
        ]);
}
