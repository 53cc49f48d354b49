namespace Lateen.Control.Tests.Validation;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.Control.Validation;

public sealed class ValidatorTests
{
    private const string Route = "route: [{destination: {host: a}}]";

    [Fact]
    public void A_misspelt_field_is_named_with_its_path_and_the_nearest_name()
    {
        Finding finding = Assert.Single(VirtualService("hosts: [a]\nhttp: [{rooute: [{destination: {host: a}}]}]"));

        Assert.Equal("spec.http[0].rooute", finding.Path);
        Assert.Equal("unknown field \"rooute\"", finding.Message);
        Assert.Equal("did you mean \"route\"?", finding.Fix);
    }

    [Theory]
    [InlineData("hosts: [a]\nhttp: [{route: [{weight: 1}]}]", "spec.http[0].route[0].destination", "destination is required")]
    [InlineData("hosts: [a]\nhttp: [{route: [{destination: {}}]}]", "spec.http[0].route[0].destination.host", "host is required")]
    [InlineData(
        "hosts: [a]\nhttp: [{timeout: 5, route: [{destination: {host: a}}]}]",
        "spec.http[0].timeout",
        "must be a string")]
    [InlineData("hosts: [a]\nhttp: [{timeout: 5x, route: [{destination: {host: a}}]}]", "spec.http[0].timeout", "not a duration")]
    [InlineData(
        "hosts: [a]\nhttp: [{match: [{uri: {regex: '(a'}}], " + Route + "}]",
        "spec.http[0].match[0].uri.regex",
        "missing )")]
    [InlineData(
        "hosts: [a]\nhttp: [{match: [{headers: {'@request.auth.claims.sub': {exact: b}}}], " + Route + "}]",
        "spec.http[0].match[0].headers[@request.auth.claims.sub]",
        "is not yet enforced by this version")]
    [InlineData("gateways: [g]\nhttp: [{" + Route + "}]", "spec.hosts", "hosts is required")]
    [InlineData("hosts: ['*']\nhttp: [{" + Route + "}]", "spec.hosts[0]", "not allowed for sidecars")]
    [InlineData("hosts: [a, a]\nhttp: [{" + Route + "}]", "spec.hosts[1]", "named twice")]
    [InlineData("hosts: [-a]\nhttp: [{" + Route + "}]", "spec.hosts[0]", "not a host name")]
    [InlineData("hosts: [a]", "spec", "needs http, tls or tcp")]
    [InlineData("hosts: [a]\nhttp: [{name: x}]", "spec.http[0]", "needs one of route")]
    [InlineData("hosts: [a]\nhttp: [{redirect: {uri: /x}, " + Route + "}]", "spec.http[0]", "only one of route")]
    [InlineData(
        "hosts: [a]\nhttp: [{redirect: {uri: /x, redirectCode: 300}}]",
        "spec.http[0].redirect.redirectCode",
        "not a redirect")]
    [InlineData(
        "hosts: [a]\nhttp: [{route: [{destination: {host: a}}, {destination: {host: b}}]}]",
        "spec.http[0].route",
        "add up to 0")]
    [InlineData(
        "hosts: [a]\nhttp: [{route: [{weight: -1, destination: {host: a}}]}]",
        "spec.http[0].route[0].weight",
        "at least 0")]
    [InlineData("hosts: [a]\nhttp: [{fault: {}, " + Route + "}]", "spec.http[0].fault", "needs delay or abort")]
    [InlineData(
        "hosts: [a]\nhttp: [{fault: {abort: {httpStatus: 100}}, " + Route + "}]",
        "spec.http[0].fault.abort.httpStatus",
        "between 200 and 599")]
    [InlineData(
        "hosts: [a]\nhttp: [{fault: {delay: {fixedDelay: 1s, percentage: {value: 101}}}, " + Route + "}]",
        "spec.http[0].fault.delay.percentage.value",
        "between 0 and 100")]
    [InlineData(
        "hosts: [a]\nhttp: [{retries: {attempts: 2, retryOn: '5xx,conect-failure'}, " + Route + "}]",
        "spec.http[0].retries.retryOn",
        "not a retry condition")]
    [InlineData(
        "hosts: [a]\nhttp: [{headers: {request: {set: {'a b': c}}}, " + Route + "}]",
        "spec.http[0].headers.request.set[a b]",
        "not a header name")]
    [InlineData(
        "hosts: [a]\nhttp: [{match: [{uri: {exact: a, prefix: b}}], " + Route + "}]",
        "spec.http[0].match[0].uri",
        "only one of")]
    [InlineData("hosts: [a]\ntcp: [{match: [{port: 1}]}]", "spec.tcp[0].route", "route is required")]
    [InlineData("hosts: [a]\nhttp: [{mirror: {host: b}, mirrors: [{destination: {host: c}}], " + Route + "}]", "spec.http[0].mirrors", "exclude")]
    [InlineData("hosts: [a]\nhttp: [{delegate: {name: b}, " + Route + "}]", "spec.http[0]", "only one of route")]
    [InlineData("http: [{delegate: {name: b}}]", "spec.http[0].delegate", "cannot delegate further")]
    [InlineData(
        "hosts: [a]\nhttp: [{redirect: {port: 1, derivePort: FROM_REQUEST_PORT}}]", "spec.http[0].redirect", "only one of port")]
    [InlineData("hosts: [a]\nhttp: [{rewrite: {}, " + Route + "}]", "spec.http[0].rewrite", "needs uri")]
    [InlineData(
        "hosts: [a]\nhttp: [{rewrite: {uriRegexRewrite: {match: '(a)', rewrite: '\\2'}}, " + Route + "}]",
        "spec.http[0].rewrite.uriRegexRewrite.rewrite",
        "has 1 groups")]
    [InlineData(
        "hosts: [a]\nhttp: [{corsPolicy: {allowOrigins: [{exact: b}], maxAge: 1500ms}, " + Route + "}]",
        "spec.http[0].corsPolicy.maxAge",
        "whole seconds")]
    [InlineData(
        "hosts: [a]\nhttp: [{corsPolicy: {allowOrigins: [{exact: b}], allowMethods: [get]}, " + Route + "}]",
        "spec.http[0].corsPolicy.allowMethods[0]",
        "not an HTTP method")]
    [InlineData(
        "hosts: [a]\nhttp: [{fault: {abort: {grpcStatus: UNAVAILABEL}}, " + Route + "}]",
        "spec.http[0].fault.abort.grpcStatus",
        "not a gRPC status")]
    [InlineData(
        "hosts: [a]\nhttp: [{match: [{uri: {prefix: ''}}], " + Route + "}]", "spec.http[0].match[0].uri.prefix", "empty path")]
    [InlineData(
        "hosts: [a]\nhttp: [{headers: {request: {add: {host: b}}}, " + Route + "}]",
        "spec.http[0].headers.request.add.host",
        "one host")]
    [InlineData("hosts: [a]\ngateways: [a/b/c]\nhttp: [{" + Route + "}]", "spec.gateways[0]", "not a gateway")]
    public void A_bad_virtual_service_is_told_where_and_why(string spec, string path, string message)
    {
        Finding finding = Assert.Single(VirtualService(spec), finding => finding.Severity is Severity.Error);

        Assert.Equal(path, finding.Path);
        Assert.Contains(message, finding.Message);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        IReadOnlyList<Finding> findings = VirtualService(
            """
            hosts: [a, a]
            http:
            - matsch: []
              timeout: 1us
              route: [{destination: {host: a, subset: 5}}]
            - fault: {}
              route: [{destination: {host: '*'}}]
            """);

        string[] expected =
        [
            "spec.http[0].matsch", "spec.http[0].route[0].destination.subset", "spec.hosts[1]", "spec.http[0].timeout",
            "spec.http[1].route[0].destination.host", "spec.http[1].fault",
        ];
        Assert.Equal(expected, findings.Select(finding => finding.Path));
    }

    [Fact]
    public void A_rule_below_one_that_matches_everything_is_a_warning()
    {
        Finding finding = Assert.Single(VirtualService($"hosts: [a]\nhttp: [{{{Route}}}, {{{Route}}}]"));

        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.Equal("spec.http[1]", finding.Path);
    }

    [Theory]
    [InlineData("subsets: [{name: v1, labels: {version: v1}}]", "spec.host", "host is required")]
    [InlineData(
        "host: a\nsubsets: [{name: v1, labels: {v: a}}, {name: v1, labels: {v: b}}]",
        "spec.subsets[1].name",
        "defined twice")]
    [InlineData("host: a\nsubsets: [{name: 'v 1', labels: {v: a}}]", "spec.subsets[0].name", "not a subset name")]
    [InlineData("host: a\ntrafficPolicy: {}", "spec.trafficPolicy", "at least one setting")]
    [InlineData(
        "host: a\ntrafficPolicy: {loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}}}",
        "spec.trafficPolicy.loadBalancer",
        "only one of simple")]
    [InlineData(
        "host: a\ntrafficPolicy: {loadBalancer: {consistentHash: {}}}", "spec.trafficPolicy.loadBalancer.consistentHash", "needs a key")]
    [InlineData(
        "host: a\ntrafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 10}}}}",
        "spec.trafficPolicy.loadBalancer.consistentHash.maglev.tableSize",
        "not a prime")]
    [InlineData(
        "host: a\ntrafficPolicy: {loadBalancer: {localityLbSetting: {distribute: [{from: r/*, to: {r/z1: 70, r/z2: 20}}]}}}",
        "spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to",
        "add up to 90")]
    [InlineData(
        "host: a\ntrafficPolicy: {loadBalancer: {localityLbSetting: {failover: [{from: r, to: r}]}}}",
        "spec.trafficPolicy.loadBalancer.localityLbSetting.failover[0]",
        "take over from itself")]
    [InlineData(
        "host: a\ntrafficPolicy: {connectionPool: {http: {http2KeepAlive: {interval: 30s}}}}",
        "spec.trafficPolicy.connectionPool.http.http2KeepAlive.timeout",
        "both an interval and a timeout")]
    [InlineData(
        "host: a\ntrafficPolicy: {outlierDetection: {interval: 0s}}", "spec.trafficPolicy.outlierDetection.interval", "too short")]
    [InlineData(
        "host: a\ntrafficPolicy: {tunnel: {protocol: POST, targetHost: b, targetPort: 1}}",
        "spec.trafficPolicy.tunnel.protocol",
        "not yet enforced")]
    [InlineData(
        "host: a\ntrafficPolicy: {loadBalancer: {simple: ROUND_ROBBIN}}",
        "spec.trafficPolicy.loadBalancer.simple",
        "not a known value")]
    [InlineData("host: a\ntrafficPolicy: {tls: {mode: ISTIO_MUTUAL}}", "spec.trafficPolicy.tls", "not yet enforced")]
    [InlineData(
        "host: a\ntrafficPolicy: {connectionPool: {tcp: {connectTimeout: 0s}}}",
        "spec.trafficPolicy.connectionPool.tcp.connectTimeout",
        "too short")]
    public void A_bad_destination_rule_is_told_where_and_why(string spec, string path, string message)
    {
        Finding finding = Assert.Single(Validate("DestinationRule", spec), finding => finding.Severity is Severity.Error);

        Assert.Equal(path, finding.Path);
        Assert.Contains(message, finding.Message);
    }

    [Theory]
    [InlineData("selector: {a: b}", "spec.servers", "servers is required")]
    [InlineData(
        "selector: {a: b}\nservers: [{hosts: ['*'], port: {number: 80, name: h, protocol: HTTTP}}]",
        "spec.servers[0].port.protocol",
        "not a protocol")]
    [InlineData(
        "selector: {a: b}\nservers: [{hosts: ['*'], port: {number: 443, name: h, protocol: HTTPS}, tls: {mode: SIMPLE}}]",
        "spec.servers[0].tls.mode",
        "not yet enforced")]
    [InlineData(
        "selector: {a: b}\nservers: [{hosts: [], port: {number: 80, name: h, protocol: HTTP}}]",
        "spec.servers[0].hosts",
        "hosts is required")]
    [InlineData(
        "selector: {a: b}\nservers: [{hosts: [a/b/c], port: {number: 80, name: h, protocol: HTTP}}]",
        "spec.servers[0].hosts[0]",
        "too many /")]
    [InlineData(
        "selector: {a: b}\nservers: [{hosts: ['*'], port: {number: 0, name: h, protocol: HTTP}}]",
        "spec.servers[0].port.number",
        "between 1 and 65535")]
    public void A_bad_gateway_is_told_where_and_why(string spec, string path, string message)
    {
        Finding finding = Assert.Single(Validate("Gateway", spec), finding => finding.Severity is Severity.Error);

        Assert.Equal(path, finding.Path);
        Assert.Contains(message, finding.Message);
    }

    [Theory]
    [InlineData(
        "VirtualService",
        "hosts: ['*']\ngateways: [bookinfo-gateway]\nhttp: [{match: [{uri: {exact: /login}}, "
            + "{uri: {prefix: /static}}], route: [{destination: {host: productpage, port: {number: 9080}}}]}]")]
    [InlineData(
        "VirtualService",
        "hosts: [reviews]\nhttp: [{route: [{destination: {host: reviews, subset: v1}, weight: 90}, "
            + "{destination: {host: reviews, subset: v2}, weight: 10}]}]")]
    [InlineData(
        "VirtualService",
        "hosts: [ratings]\nhttp: [{fault: {abort: {percentage: {value: 100.0}, httpStatus: 500}}, "
            + "timeout: 0.5s, " + Route + "}]")]
    [InlineData(
        "VirtualService",
        "hosts: [a]\ntcp: [{match: [{port: 31400}], route: [{destination: {host: tcp-echo, port: {number: 9000}}}]}]")]
    [InlineData(
        "DestinationRule",
        "host: reviews\ntrafficPolicy: {loadBalancer: {simple: RANDOM}}\nsubsets: [{name: v1, labels: {version: v1}}]")]
    [InlineData(
        "Gateway",
        "selector: {istio: ingressgateway}\nservers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]")]
    public void A_good_object_has_no_findings(string kind, string spec) => Assert.Empty(Validate(kind, spec));

    [Fact]
    public void A_kind_that_is_not_ours_has_no_findings() =>
        Assert.Empty(Validator.Validate("v1", "ConfigMap", new JsonObject { ["data"] = 5 }));

    private static IReadOnlyList<Finding> VirtualService(string spec) => Validate("VirtualService", spec);

    private static IReadOnlyList<Finding> Validate(string kind, string spec)
    {
        var obj = new JsonObject
        {
            ["apiVersion"] = "networking.istio.io/v1",
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = "x", ["namespace"] = "default" },
            ["spec"] = StrictYaml.Read(spec).Documents[0].Root?.DeepClone(),
        };
        return Validator.Validate("networking.istio.io/v1", kind, obj);
    }
}
