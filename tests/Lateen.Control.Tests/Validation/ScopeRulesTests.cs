namespace Lateen.Control.Tests.Validation;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.Control.Validation;

/// <summary>The rules of Sidecar, exportTo, TLS and TCP rules, and servers that pass TLS through.</summary>
public sealed class ScopeRulesTests
{
    [Theory]
    [InlineData("{}", "spec", "empty Sidecar")]
    [InlineData("egress: [{hosts: []}]", "spec.egress[0].hosts", "hosts is required")]
    [InlineData("egress: [{hosts: [reviews]}]", "spec.egress[0].hosts[0]", "namespace/host")]
    [InlineData("egress: [{hosts: ['a_b/*']}]", "spec.egress[0].hosts[0]", "not a namespace")]
    [InlineData(
        "egress: [{hosts: ['./*']}, {port: {number: 1, protocol: TCP, name: t}, hosts: ['./*']}]",
        "spec.egress[0]",
        "last one")]
    [InlineData("egress: [{captureMode: NONE, hosts: ['./*']}]", "spec.egress[0].port", "needs a port")]
    [InlineData(
        "egress: [{port: {number: 1, name: t}, hosts: ['./*']}]",
        "spec.egress[0].port.protocol",
        "protocol is required")]
    [InlineData(
        "egress: [{port: {number: 1, protocol: X, name: t}, hosts: ['./*']}]",
        "spec.egress[0].port.protocol",
        "not a protocol")]
    [InlineData(
        "egress: [{bind: 'unix:///s', port: {number: 1, protocol: TCP, name: t}, hosts: ['./*']}]",
        "spec.egress[0].bind",
        "Unix")]
    [InlineData(
        "egress: [{bind: x, port: {number: 1, protocol: TCP, name: t}, hosts: ['./*']}]",
        "spec.egress[0].bind",
        "not an address")]
    [InlineData(
        "ingress: [{port: {number: 1, protocol: TCP, name: t}, bind: 1.2.3.4}]",
        "spec.ingress[0].bind",
        "captureMode NONE")]
    [InlineData(
        "ingress: [{port: {number: 1, protocol: TCP, name: t}, defaultEndpoint: 'unix:///s'}]",
        "spec.ingress[0].defaultEndpoint",
        "Unix")]
    [InlineData(
        "ingress: [{port: {number: 1, protocol: TCP, name: t}, defaultEndpoint: '1.2.3.4:1'}]",
        "spec.ingress[0].defaultEndpoint",
        "not an endpoint")]
    [InlineData(
        "ingress: [{port: {number: 1, protocol: TCP, name: t}}, {port: {number: 1, protocol: TCP, name: u}}]",
        "spec.ingress[1].port.number",
        "served twice")]
    [InlineData(
        "outboundTrafficPolicy: {egressProxy: {host: a, port: {number: 1}}}",
        "spec.outboundTrafficPolicy.egressProxy",
        "ALLOW_ANY")]
    [InlineData(
        "outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: a}}",
        "spec.outboundTrafficPolicy.egressProxy.port",
        "port is required")]
    public void A_bad_Sidecar_is_told_where_and_why(string spec, string path, string message) =>
        AssertFinding("Sidecar", spec, path, message);

    [Theory]
    [InlineData(
        "hosts: [a], exportTo: ['~'], tcp: [{route: [{destination: {host: a}}]}]",
        "spec.exportTo[0]",
        "without effect")]
    [InlineData(
        "hosts: [a], exportTo: ['a b'], tcp: [{route: [{destination: {host: a}}]}]",
        "spec.exportTo[0]",
        "not a namespace")]
    [InlineData("hosts: [a], exportTo: [x, '*'], tcp: [{route: [{destination: {host: a}}]}]", "spec.exportTo", "stands alone")]
    [InlineData("hosts: [a], exportTo: [x, x], tcp: [{route: [{destination: {host: a}}]}]", "spec.exportTo[1]", "listed twice")]
    [InlineData("hosts: [a], tls: [{route: [{destination: {host: a}}]}]", "spec.tls[0].match", "match is required")]
    [InlineData(
        "hosts: [a.b], tls: [{match: [{port: 1}], route: [{destination: {host: a}}]}]",
        "spec.tls[0].match[0].sniHosts",
        "required")]
    [InlineData(
        "hosts: [a.b], tls: [{match: [{sniHosts: [c.d]}], route: [{destination: {host: a}}]}]",
        "spec.tls[0].match[0].sniHosts[0]",
        "not within")]
    [InlineData("hosts: [a.b], tls: [{match: [{sniHosts: [a.b]}]}]", "spec.tls[0].route", "route is required")]
    [InlineData(
        "hosts: [a], tcp: [{match: [{destinationSubnets: [10.1/99]}], route: [{destination: {host: a}}]}]",
        "spec.tcp[0].match[0].destinationSubnets[0]",
        "not a subnet")]
    [InlineData(
        "hosts: [a], tcp: [{match: [{sourceNamespace: 'a b'}], route: [{destination: {host: a}}]}]",
        "spec.tcp[0].match[0].sourceNamespace",
        "not a namespace")]
    public void A_bad_stream_rule_or_export_is_told_where_and_why(string spec, string path, string message) =>
        AssertFinding("VirtualService", "{" + spec + "}", path, message);

    [Theory]
    [InlineData("protocol: TLS}", "spec.servers[0].tls", "tls is required")]
    [InlineData("protocol: TLS}, tls: {mode: MUTUAL}", "spec.servers[0].tls.mode", "not yet enforced")]
    [InlineData("protocol: TLS}, tls: {httpsRedirect: true}", "spec.servers[0].tls.httpsRedirect", "only an HTTP server")]
    [InlineData("protocol: TCP}, tls: {mode: PASSTHROUGH}", "spec.servers[0].tls", "carries no TLS")]
    public void A_bad_server_is_told_where_and_why(string server, string path, string message) => AssertFinding(
        "Gateway", $"selector: {{a: b}}\nservers: [{{hosts: ['*'], port: {{number: 1, name: p, {server}}}]", path, message);

    [Theory]
    [InlineData("Sidecar", "egress: [{hosts: ['./*', '*/a.b', '~/*']}]")]
    [InlineData("Sidecar", "ingress: [{port: {number: 1, protocol: HTTP, name: t}, defaultEndpoint: '127.0.0.1:80'}]")]
    [InlineData(
        "Gateway",
        "selector: {a: b}\nservers: [{hosts: ['*'], port: {number: 443, name: p, protocol: HTTPS}, tls: {mode: PASSTHROUGH}}]")]
    [InlineData(
        "Gateway",
        "selector: {a: b}\nservers: [{hosts: ['*'], port: {number: 80, name: p, protocol: HTTP}, tls: {httpsRedirect: true}}]")]
    [InlineData("DestinationRule", "host: a\nexportTo: ['.']\nworkloadSelector: {matchLabels: {app: a}}")]
    public void A_good_object_has_no_findings(string kind, string spec) => Assert.Empty(Validate(kind, spec));

    private static void AssertFinding(string kind, string spec, string path, string message)
    {
        Finding finding = Validate(kind, spec).First(each => each.Path == path);
        Assert.Contains(message, finding.Message);
    }

    private static IReadOnlyList<Finding> Validate(string kind, string spec)
    {
        JsonNode? root = StrictYaml.Read(spec).Documents[0].Root;
        var resource = new JsonObject
        {
            ["apiVersion"] = "networking.istio.io/v1",
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = "x", ["namespace"] = "default" },
            ["spec"] = root?.DeepClone(),
        };
        return Validator.Validate("networking.istio.io/v1", kind, resource);
    }
}
