namespace Lateen.Control.Tests.Injection;

using System.Text.Json.Nodes;
using Lateen.Control.Injection;

/// <summary>One row for each annotation and each value of the chart that shapes an injected pod.</summary>
public sealed class PodAnnotationTests
{
    [Theory]
    [InlineData("sidecar.istio.io/proxyImage", "example/proxy:9", "image", "example/proxy:9")]
    [InlineData("sidecar.istio.io/proxyImageType", "debug", "image", "docker.io/lateen/proxyv2:0.1.0-debug")]
    [InlineData("sidecar.istio.io/proxyCPU", "50m", "resources.requests.cpu", "50m")]
    [InlineData("sidecar.istio.io/proxyCPULimit", "2", "resources.limits.cpu", "2")]
    [InlineData("sidecar.istio.io/proxyMemory", "64Mi", "resources.requests.memory", "64Mi")]
    [InlineData("sidecar.istio.io/proxyMemoryLimit", "256Mi", "resources.limits.memory", "256Mi")]
    [InlineData("sidecar.istio.io/logLevel", "debug", "args", "--proxyLogLevel=debug")]
    [InlineData("readiness.status.sidecar.istio.io/initialDelaySeconds", "3", "readinessProbe.initialDelaySeconds", "3")]
    [InlineData("readiness.status.sidecar.istio.io/periodSeconds", "7", "readinessProbe.periodSeconds", "7")]
    [InlineData("readiness.status.sidecar.istio.io/failureThreshold", "9", "readinessProbe.failureThreshold", "9")]
    [InlineData("status.sidecar.istio.io/port", "16020", "env", "\"statusPort\":16020")]
    [InlineData("sidecar.istio.io/discoveryAddress", "istiod.other.svc:15012", "env", "istiod.other.svc:15012")]
    [InlineData("sidecar.istio.io/userVolumeMount", """{"mine":{"mountPath":"/mine"}}""", "volumeMounts", "\"/mine\"")]
    public void An_annotation_of_the_pod_shapes_its_proxy(string annotation, string value, string path, string expected)
    {
        JsonObject pod = Inject([], (annotation, value));

        Assert.Contains(expected, Text(At(Proxy(pod), path)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("includeOutboundIPRanges", "10.0.0.0/8", "-i")]
    [InlineData("excludeOutboundIPRanges", "10.1.0.0/16", "-x")]
    [InlineData("includeInboundPorts", "8080", "-b")]
    [InlineData("includeOutboundPorts", "443", "-q")]
    [InlineData("excludeOutboundPorts", "3306", "-o")]
    [InlineData("excludeInterfaces", "eth1", "-c")]
    [InlineData("kubevirtInterfaces", "virt0", "-k")]
    public void An_annotation_about_traffic_reaches_the_redirection(string annotation, string value, string flag)
    {
        string[] arguments = Redirection(Inject([], ("traffic.sidecar.istio.io/" + annotation, value)));

        Assert.Equal(value, arguments[Array.IndexOf(arguments, flag) + 1]);
    }

    [Fact]
    public void Excluded_inbound_ports_come_beside_the_proxy_s_own()
    {
        string[] arguments = Redirection(Inject([], ("traffic.sidecar.istio.io/excludeInboundPorts", "9000"), ("status.sidecar.istio.io/port", "16020")));

        Assert.Equal("15090,15021,16020,9000", arguments[Array.IndexOf(arguments, "-d") + 1]);
    }

    [Fact]
    public void A_volume_of_the_annotation_joins_the_pod_s()
    {
        JsonObject pod = Inject([], ("sidecar.istio.io/userVolume", """{"mine":{"emptyDir":{}}}"""));

        Assert.Contains("mine", pod["spec"]!["volumes"]!.AsArray().Select(v => v!["name"]!.ToString()));
    }

    [Theory]
    [InlineData("status.sidecar.istio.io/port", "often")]
    [InlineData("readiness.status.sidecar.istio.io/periodSeconds", "-1")]
    [InlineData("traffic.sidecar.istio.io/excludeOutboundPorts", "80,http")]
    [InlineData("traffic.sidecar.istio.io/includeInboundPorts", "70000")]
    [InlineData("sidecar.istio.io/userVolume", "[]")]
    [InlineData("sidecar.istio.io/interceptionMode", "TPROXY")]
    public void A_value_that_cannot_be_meant_is_refused_and_named(string annotation, string value)
    {
        InjectionResult result = Injector.Inject(Request([], (annotation, value)));

        Assert.Null(result.Patch);
        Assert.Contains(annotation, result.Refusal);
    }

    [Theory]
    [InlineData("global.hub", "\"example\"", "image", "example/proxyv2:0.1.0")]
    [InlineData("global.tag", "\"7\"", "image", "docker.io/lateen/proxyv2:7")]
    [InlineData("global.variant", "\"distroless\"", "image", "docker.io/lateen/proxyv2:0.1.0-distroless")]
    [InlineData("global.imagePullPolicy", "\"Always\"", "imagePullPolicy", "Always")]
    [InlineData("global.proxy.image", "\"example/p:1\"", "image", "example/p:1")]
    [InlineData("global.proxy.logLevel", "\"info\"", "args", "--proxyLogLevel=info")]
    [InlineData("global.logging.level", "\"default:debug\"", "args", "--log_output_level=default:debug")]
    [InlineData("global.proxy.clusterDomain", "\"mesh.example\"", "args", "svc.mesh.example")]
    [InlineData("global.proxy.resources", """{"requests":{"cpu":"1"}}""", "resources.requests.cpu", "1")]
    [InlineData("global.proxy.readinessInitialDelaySeconds", "4", "readinessProbe.initialDelaySeconds", "4")]
    [InlineData("global.proxy.readinessPeriodSeconds", "5", "readinessProbe.periodSeconds", "5")]
    [InlineData("global.proxy.readinessFailureThreshold", "6", "readinessProbe.failureThreshold", "6")]
    [InlineData("global.proxy.startupProbe.failureThreshold", "30", "startupProbe.failureThreshold", "30")]
    [InlineData("global.proxy.statusPort", "17020", "env", "\"statusPort\":17020")]
    [InlineData("global.meshID", "\"mesh1\"", "env", "mesh1")]
    [InlineData("global.network", "\"network1\"", "env", "network1")]
    [InlineData("global.caAddress", "\"ca.example:15012\"", "env", "ca.example:15012")]
    [InlineData("global.sds.token.aud", "\"mine\"", "", "")]
    public void A_value_of_the_chart_shapes_the_proxy(string value, string json, string path, string expected)
    {
        JsonObject values = [];
        Set(values, value, JsonNode.Parse(json));

        JsonObject pod = Inject(values);

        string where = path.Length > 0 ? Text(At(Proxy(pod), path)) : Text(pod["spec"]!["volumes"]);
        Assert.Contains(path.Length > 0 ? expected : "\"audience\":\"mine\"", where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("global.proxy.includeIPRanges", "10.0.0.0/8", "-i")]
    [InlineData("global.proxy.excludeIPRanges", "10.1.0.0/16", "-x")]
    [InlineData("global.proxy.includeInboundPorts", "8080", "-b")]
    [InlineData("global.proxy.includeOutboundPorts", "443", "-q")]
    [InlineData("global.proxy.excludeOutboundPorts", "3306", "-o")]
    public void A_value_about_traffic_reaches_the_redirection(string value, string text, string flag)
    {
        JsonObject values = [];
        Set(values, value, text);

        string[] arguments = Redirection(Inject(values));

        Assert.Equal(text, arguments[Array.IndexOf(arguments, flag) + 1]);
    }

    [Fact]
    public void Pull_secrets_and_DNS_searches_of_the_chart_join_the_pod_s()
    {
        JsonObject values = [];
        Set(values, "global.imagePullSecrets", new JsonArray("registry"));
        Set(values, "global.podDNSSearchNamespaces", new JsonArray("global"));

        JsonNode spec = Inject(values)["spec"]!;

        Assert.Equal("registry", spec["imagePullSecrets"]![0]!["name"]!.ToString());
        Assert.Equal("global", spec["dnsConfig"]!["searches"]![0]!.ToString());
    }

    [Fact]
    public void With_the_node_agent_the_pod_only_checks_its_redirection_and_needs_no_privilege()
    {
        JsonObject values = [];
        Set(values, "cni.enabled", true);

        InjectionResult result = Injector.Inject(Request(values, ("traffic.sidecar.istio.io/excludeOutboundPorts", "3306")));

        JsonNode spec = result.Patch!.AsArray().Single(o => o!["path"]!.ToString() == "/spec")!["value"]!;
        JsonNode check = spec["initContainers"]![0]!;
        Assert.Equal("istio-validation", check["name"]!.ToString());
        Assert.Contains("--skip-rule-apply", check["args"]!.AsArray().Select(a => a!.ToString()));
        Assert.Null(check["securityContext"]!["capabilities"]!["add"]);
        JsonNode annotations = result.Patch!.AsArray().Single(o => o!["path"]!.ToString() == "/metadata/annotations")!["value"]!;
        Assert.Equal(
            "-p 15001 -z 15006 -u 1337 -m REDIRECT -i * -x \"\" -b * -d 15090,15021,15020 -o 3306", annotations["cni.lateen.dev/redirect"]!.ToString());
        Assert.Contains("istio-validation", annotations["sidecar.istio.io/status"]!.ToString(), StringComparison.Ordinal);
    }

    private static JsonObject Inject(JsonObject values, params (string Name, string Value)[] annotations)
    {
        InjectionRequest request = Request(values, annotations);
        InjectionResult result = Injector.Inject(request);
        Assert.Empty(result.Warnings);
        JsonNode patch = result.Patch ?? throw new InvalidOperationException(result.Refusal ?? "the pod was skipped");
        return new JsonObject { ["spec"] = patch.AsArray().Single(o => o!["path"]!.ToString() == "/spec")!["value"]!.DeepClone() };
    }

    private static InjectionRequest Request(JsonObject values, params (string Name, string Value)[] annotations)
    {
        var all = new JsonObject();
        Set(all, "global.hub", "docker.io/lateen");
        Set(all, "global.tag", "0.1.0");
        Set(all, "global.proxy.image", "proxyv2");
        Merge(all, values);
        var pod = (JsonObject)JsonNode.Parse("""{"metadata":{"name":"a","annotations":{}},"spec":{"containers":[{"name":"app","image":"app"}]}}""")!;
        foreach ((string name, string value) in annotations)
        {
            pod["metadata"]!["annotations"]![name] = value;
        }

        return new InjectionRequest
        {
            Pod = pod,
            Namespace = "default",
            Config = InjectionConfig.From(null, all),
            DefaultProxyConfig = [],
            TrustDomain = "cluster.local",
            EnablePrometheusMerge = true,
            ClusterId = "Kubernetes",
            NativeSidecars = true,
        };
    }

    private static void Set(JsonObject root, string path, JsonNode? value)
    {
        string[] keys = path.Split('.');
        JsonObject node = root;
        foreach (string key in keys[..^1])
        {
            node[key] ??= new JsonObject();
            node = (JsonObject)node[key]!;
        }

        node[keys[^1]] = value;
    }

    private static void Merge(JsonObject target, JsonObject overlay)
    {
        foreach ((string key, JsonNode? value) in overlay)
        {
            if (value is JsonObject inner && target[key] is JsonObject existing)
            {
                Merge(existing, inner);
            }
            else
            {
                target[key] = value?.DeepClone();
            }
        }
    }

    private static JsonObject Proxy(JsonObject pod) =>
        pod["spec"]!["initContainers"]!.AsArray().OfType<JsonObject>().Single(c => c["name"]!.ToString() == "istio-proxy");

    private static string[] Redirection(JsonObject pod) =>
        [.. pod["spec"]!["initContainers"]![0]!["args"]!.AsArray().Select(a => a!.ToString())];

    private static JsonNode? At(JsonNode node, string path) => path.Split('.').Aggregate((JsonNode?)node, (at, key) => at?[key]);

    private static string Text(JsonNode? node) =>
        node?.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
            .Replace("\\\"", "\"", StringComparison.Ordinal) ?? "";
}
