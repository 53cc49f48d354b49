namespace Lateen.Control.Tests.Analysis;

using System.Net;
using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.Control.Analysis;
using static Lateen.Control.Tests.Analysis.AnalysisCases;

public sealed class AnalyzerTests
{
    /// <summary>Code, objects that have the fault, and objects that come close but are right.</summary>
    public static TheoryData<string, string, string> Rows => new(
        ("IST0101", VirtualService("reviewz", ""), VirtualService("reviews", "")),
        ("IST0101", VirtualService("reviews", ", subset: v2"),
            All(VirtualService("reviews", ", subset: v1"), Rule("reviews", "v1"))),
        ("IST0101", Istio("VirtualService", "hosts: [a], gateways: [gone], " + Route("reviews")),
            All(Istio("VirtualService", "hosts: [a], gateways: [g], " + Route("reviews")), Gateway("g", "[a]"), GatewayPods)),
        ("IST0101", Gateway("g", "[a]"), All(Gateway("g", "[a]"), GatewayPods)),
        ("IST0101", Istio("Sidecar", "workloadSelector: {labels: {app: gone}}"),
            Istio("Sidecar", "workloadSelector: {labels: {app: reviews}}")),
        ("IST0102", Namespace(""), Namespace("istio-injection: disabled")),
        ("IST0103", All(Namespace("istio-injection: enabled"), Pod("containers: [{name: app}]")),
            Pod("containers: [{name: app}], initContainers: [{name: istio-proxy, image: a}]",
                ", labels: {sidecar.istio.io/inject: 'true'}")),
        ("IST0106", Istio("VirtualService", "hosts: [a], http: [{}]"),
            Istio("VirtualService", "hosts: [a], " + Route("reviews"))),
        ("IST0107", Service("s", "{name: http, port: 1}", "selector: {app: a}")
                .Replace("name: s", "name: s, annotations: {sidecar.istio.io/proxyCPU: 10m}", StringComparison.Ordinal),
            Pod("containers: []", ", annotations: {sidecar.istio.io/proxyCPU: 10m}")),
        ("IST0108", Pod("containers: []", ", annotations: {sidecar.istio.io/proxyCPUs: 10m}"),
            Pod("containers: []", ", annotations: {sidecar.example.com/proxyCPUs: 10m}")),
        ("IST0109", All(Istio("VirtualService", "hosts: [reviews], " + Route("reviews")),
            Istio("VirtualService", "hosts: [reviews], " + Route("reviews"), "y")),
            All(Istio("VirtualService", "hosts: [reviews], " + Route("reviews")),
                Istio("VirtualService", "hosts: [ratings], " + Route("reviews"), "y"))),
        ("IST0110", All(Istio("Sidecar", "workloadSelector: {labels: {app: reviews}}"),
            Istio("Sidecar", "workloadSelector: {labels: {version: v1}}", "y")),
            All(Istio("Sidecar", "workloadSelector: {labels: {app: reviews}}"),
                Istio("Sidecar", "workloadSelector: {labels: {version: v2}}", "y"))),
        ("IST0111", All(Istio("Sidecar", ""), Istio("Sidecar", "", "y")),
            All(Istio("Sidecar", ""), Istio("Sidecar", "workloadSelector: {labels: {app: reviews}}", "y"))),
        ("IST0112", All(Service("two", "{name: http, port: 80}, {name: http-b, port: 81}"), VirtualService("two", "")),
            All(Service("two", "{name: http, port: 80}, {name: http-b, port: 81}"),
                VirtualService("two", ", port: {number: 80}"))),
        ("IST0116", All(Deployment("app: a"), Service("one", "{name: http, port: 80}"), Service("two", "{name: tcp, port: 80}")),
            All(Deployment("app: a"), Service("one", "{name: http, port: 80}"), Service("two", "{name: http-b, port: 80}"))),
        ("IST0118", Service("s", "{name: foo, port: 80}"), Service("s", "{name: foo, port: 80, appProtocol: http}")),
        ("IST0123", Namespace("istio-injection: enabled, istio.io/rev: canary"), Namespace("istio.io/rev: canary")),
        ("IST0125", Pod("containers: []", ", annotations: {traffic.sidecar.istio.io/excludeOutboundPorts: 'http'}"),
            Pod("containers: []", ", annotations: {traffic.sidecar.istio.io/excludeOutboundPorts: '80,90'}")),
        ("IST0127", Policy("selector: {matchLabels: {app: gone}}"), Policy("selector: {matchLabels: {app: reviews}}")),
        ("IST0130", Istio("VirtualService",
            "hosts: [a], http: [{route: [{destination: {host: reviews}}]}, {route: [{destination: {host: reviews}}]}]"),
            Istio("VirtualService", "hosts: [a], http: [{match: [{uri: {prefix: /a}}], route: [{destination: {host: reviews}}]}, "
                + "{route: [{destination: {host: reviews}}]}]")),
        ("IST0131", Istio("VirtualService", "hosts: [a], http: [" + Match("/a") + ", " + Match("/a") + "]"),
            Istio("VirtualService", "hosts: [a], http: [" + Match("/a") + ", " + Match("/b") + "]")),
        ("IST0132", All(Istio("VirtualService", "hosts: [b.com], gateways: [g], " + Route("reviews")), Gateway("g", "[a.com]")),
            All(Istio("VirtualService", "hosts: [b.com], gateways: [g], " + Route("reviews")), Gateway("g", "['*.com']"))),
        ("IST0133", Istio("VirtualService", "hosts: [a], http: [{redirect: {uri: /b}, timeout: 1s}]"),
            Istio("VirtualService", "hosts: [a], http: [{redirect: {uri: /b}}]")),
        ("IST0134", Istio("ServiceEntry", "hosts: [a.com], ports: [{number: 1, name: tcp, protocol: TCP}], resolution: NONE"),
            Istio("ServiceEntry", "hosts: [a.com], ports: [{number: 1, name: tcp, protocol: TCP}], resolution: DNS")),
        ("IST0135", Pod("containers: []", ", annotations: {sidecar.istio.io/inject: 'false'}"),
            Pod("containers: []", ", labels: {sidecar.istio.io/inject: 'false'}")),
        ("IST0136", Pod("containers: []", ", annotations: {sidecar.istio.io/proxyCPU: 10m}"),
            Pod("containers: []", ", annotations: {proxy.istio.io/config: '{}'}")),
        ("IST0137", All(Deployment("app: a"), Service("one", "{name: http, port: 80, targetPort: 8080}"),
            Service("two", "{name: http, port: 81, targetPort: 8080}")),
            All(Deployment("app: a"), Service("one", "{name: http, port: 80, targetPort: 8080}"),
                Service("two", "{name: http, port: 81, targetPort: 8081}"))),
        ("IST0140", All(Bound("reviews", ""),
            Istio("VirtualService", "hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v1}}]}]", "y")),
            All(Bound("reviews", ", subset: v1"),
                Istio("VirtualService", "hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v1}}]}]", "y"))),
        ("IST0144", Pod("containers: [{name: a, securityContext: {runAsUser: 1337}}]"),
            Pod("containers: [{name: istio-proxy, securityContext: {runAsUser: 1337}}]")),
        ("IST0144", Pod("securityContext: {runAsUser: 1337}, containers: []"),
            Pod("securityContext: {runAsUser: 1337}, containers: []", ", namespace: istio-system")),
        ("IST0145", All(Gateway("g", "[a.com]"), Gateway("h", "[a.com]")), All(Gateway("g", "[a.com]"), Gateway("h", "[b.com]"))),
        ("IST0146", Deployment("app: a", "containers: [{name: istio-proxy, image: auto}]"),
            Deployment("sidecar.istio.io/inject: 'true'", "containers: [{name: istio-proxy, image: auto}]")),
        ("IST0147", Pod("containers: [{name: istio-proxy, image: auto}]"),
            Pod("containers: [{name: istio-proxy, image: auto}]", ", labels: {sidecar.istio.io/inject: 'true'}")),
        ("IST0150", Service("s", "{name: foo, port: 80}", "type: ExternalName"),
            Service("s", "{name: http, port: 80}", "type: ExternalName")),
        ("IST0162", All(Gateway("g", "[a.com]", 81), GatewayPods), All(Gateway("g", "[a.com]"), GatewayPods)),
        ("IST0162", All(Gateway("g", "[a.com]", 8081), GatewayPods), All(Gateway("g", "[a.com]", 8080), GatewayPods)),
        ("IST0165", Istio("VirtualService", "hosts: [a], gateways: [g-istio-autogenerated-k8s-gateway-http], "
            + Route("reviews")),
            Istio("VirtualService", "hosts: [a], gateways: [g], " + Route("reviews"))),
        ("IST0166", All(Policy("selector: {matchLabels: {istio: k}}"),
                Pod("containers: []", ", labels: {istio: k, gateway.networking.k8s.io/gateway-name: g}")),
            All(Policy("selector: {matchLabels: {istio: k}}"), Pod("containers: []", ", labels: {istio: k}"))),
        ("IST0167", Policy("targetRefs: [{kind: Service, name: gone}]"), Policy("targetRefs: [{kind: Service, name: reviews}]")),
        ("IST0173", Rule("reviews", "v2"), Rule("reviews", "v1")),
        ("IST0174", Rule("reviewz", "v1"), Rule("reviews", "v1")),
        ("IST0177", All(Entry("x", "HTTP"), Entry("y", "TCP")), All(Entry("x", "HTTP"), Entry("y", "HTTP"))));

    private const string GatewayPods = """
        {apiVersion: v1, kind: Pod, metadata: {name: gw, labels: {istio: gw}}, spec: {containers: []}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: gw}, spec: {selector: {istio: gw}, ports: [{name: http, port: 80, targetPort: 8080}]}}
        """;

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_code_has_objects_that_earn_it_and_similar_ones_that_do_not(string code, string faulty, string sound)
    {
        Assert.Contains(code, Run(All(Reviews, faulty)).Select(m => m.Type.Code));
        Assert.DoesNotContain(code, Run(All(Reviews, sound)).Select(m => m.Type.Code));
    }

    [Fact]
    public void A_message_names_level_code_object_and_line()
    {
        AnalysisMessage message = Run("\n" + VirtualService("reviews", "")).Single(m => m.Type.Code == "IST0101");

        Assert.Equal("Error [IST0101] (VirtualService default/x shop.yaml:2) Referenced host not found: \"reviews\"",
            message.ToString());
    }

    [Fact]
    public void With_injection_by_default_an_unlabelled_namespace_is_injected()
    {
        var values = new JsonObject { ["sidecarInjectorWebhook"] = new JsonObject { ["enableNamespacesByDefault"] = true } };

        Assert.Contains("IST0148", Run(Namespace(""), values).Select(m => m.Type.Code));
        Assert.DoesNotContain("IST0148", Run(Namespace("istio-injection: disabled"), values).Select(m => m.Type.Code));
    }

    [Fact]
    public void A_proxy_that_is_not_the_injectors_is_told()
    {
        var values = new JsonObject { ["global"] = new JsonObject { ["hub"] = "example.com/mesh", ["tag"] = "2",
            ["proxy"] = new JsonObject { ["image"] = "proxyv2" } } };

        string Old(string tag) =>
            All(Namespace("istio-injection: enabled"),
            Pod($"containers: [{{name: istio-proxy, image: 'example.com/mesh/proxyv2:{tag}'}}]"));

        Assert.Contains("IST0158", Run(Old("1"), values).Select(m => m.Type.Code));
        Assert.DoesNotContain("IST0158", Run(Old("2"), values).Select(m => m.Type.Code));
    }

    [Theory]
    [InlineData("0100007F:2378", true)]
    [InlineData("00000000:2378", false)]
    [InlineData("00000000000000000000000001000000:2378", true)]
    public void A_port_that_only_its_own_pod_can_reach_is_told(string socket, bool told)
    {
        string table = "  sl  local_address rem_address   st\n" + $"   0: {socket} 00000000:0000 0A 00000000:00000000\n";
        IReadOnlyList<ListeningSocket> sockets = ListeningSocket.Parse(table);

        Assert.Equal(9080, Assert.Single(sockets).Port);
        Assert.Equal(told, ListenerAnalyzer.Find(Set(Reviews), _ => sockets).Any(m => m.Type == MessageTypes.LocalhostListener));
    }

    [Theory]
    [InlineData("IST0102=Namespace default", false)]
    [InlineData("IST0102=Namespace d*", false)]
    [InlineData("IST0103=Namespace default", true)]
    [InlineData("IST0102=Namespace other", true)]
    public void A_suppression_names_code_and_object(string suppression, bool told) =>
        Assert.Equal(told, MeshAnalysis.Run(Set(Namespace("")), [suppression]).Count > 0);

    [Theory]
    [InlineData("IST0102", false)]
    [InlineData("'*'", false)]
    [InlineData("'IST0103, IST0104'", true)]
    public void An_object_may_suppress_messages_about_itself(string codes, bool told) =>
        Assert.Equal(told, Run(
            $"{{apiVersion: v1, kind: Namespace, metadata: {{name: n, annotations: {{galley.istio.io/analyze-suppress: {codes}}}}}}}")
            .Any(m => m.Type.Code == "IST0102"));

    private static string Route(string host) => $"http: [{{route: [{{destination: {{host: {host}}}}}]}}]";

    private static string Match(string path) =>
        $"{{match: [{{uri: {{exact: {path}}}}}], route: [{{destination: {{host: reviews}}}}]}}";

    private static string VirtualService(string host, string more) =>
        Istio("VirtualService", $"hosts: [a], http: [{{route: [{{destination: {{host: {host}{more}}}}}]}}]");

    private static string Bound(string host, string more) =>
        Istio("VirtualService", $"hosts: [a], gateways: [g], http: [{{route: [{{destination: {{host: {host}{more}}}}}]}}]");

    private static string Rule(string host, string version) =>
        Istio("DestinationRule", $"host: {host}, subsets: [{{name: {version}, labels: {{version: {version}}}}}]", "r");

    private static string Gateway(string name, string hosts, int port = 80) => Istio(
        "Gateway", $"selector: {{istio: gw}}, servers: [{{port: {{number: {port}, name: http, protocol: HTTP}}, hosts: {hosts}}}]", name);

    private static string Entry(string name, string protocol) => Istio(
        "ServiceEntry", $"hosts: [a.com], resolution: DNS, ports: [{{number: 80, name: a, protocol: {protocol}}}]", name);
}
