namespace Lateen.Control.Tests.Status;

using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Status;
using Lateen.Control.Tests.Translation;

/// <summary>An object that has no effect says which other object took it.</summary>
public sealed class ShadowTests
{
    [Fact]
    public void A_younger_Sidecar_for_the_same_workloads_names_the_older_one()
    {
        MeshSnapshot snapshot = Load(Sidecar("older", 1), Sidecar("younger", 2));

        Assert.Contains("Sidecar/default/older", Shadow(snapshot, "younger"));
        Assert.Equal("", Shadow(snapshot, "older"));
    }

    [Fact]
    public void A_server_that_lost_its_port_names_the_Gateway_that_has_it()
    {
        MeshSnapshot snapshot = Load(Gateway("older", "HTTP", 1), Gateway("younger", "TCP", 2));

        Assert.Contains("port 80 (TCP) has no effect: Gateway/istio-system/older has it for HTTP", Shadow(snapshot, "younger"));
        Assert.Equal("", Shadow(snapshot, "older"));
    }

    [Fact]
    public void Virtual_services_that_no_namespace_sees_together_do_not_shadow_each_other()
    {
        MeshSnapshot snapshot = Load(VirtualService("default", "one", 1), VirtualService("other", "two", 2));

        Assert.Equal("", Shadow(snapshot, "one"));
        Assert.Equal("", Shadow(snapshot, "two"));
    }

    private static string Shadow(MeshSnapshot snapshot, string name)
    {
        ProxyNode[] nodes = [MeshFiles.Ingress(), MeshFiles.Sidecar("web")];
        ProxyStatus[] proxies = [.. nodes.Select(node => new ProxyStatus(node, node.Id, DateTimeOffset.UnixEpoch, 9, []))];
        ObjectStatus status = new StatusReporter(() => snapshot, () => proxies).All().First(each => each.Key.Name == name);
        return status.Conditions.FirstOrDefault(each => each.Type == "Shadowed")?.Message ?? "";
    }

    private static MeshSnapshot Load(params string[] yaml) => MeshFiles.Load(MeshFiles.Settings, yaml);

    private static string Sidecar(string name, int hour) =>
        Object("Sidecar", "default", name, hour, "{egress: [{hosts: ['./*']}]}");

    private static string Gateway(string name, string protocol, int hour) => Object(
        "Gateway",
        "istio-system",
        name,
        hour,
        "{selector: {istio: ingressgateway}, servers: ["
            + $"{{port: {{number: 80, name: p, protocol: {protocol}}}, hosts: ['*']}}]}}");

    private static string VirtualService(string ns, string name, int hour) => Object(
        "VirtualService", ns, name, hour, "{hosts: [shop.example], exportTo: ['.'], http: [{directResponse: {status: 299}}]}");

    private static string Object(string kind, string ns, string name, int hour, string spec) => $$"""
        apiVersion: networking.istio.io/v1
        kind: {{kind}}
        metadata: {name: {{name}}, namespace: {{ns}}, creationTimestamp: "2026-01-01T{{hour:00}}:00:00Z"}
        spec: {{spec}}
        """;
}
