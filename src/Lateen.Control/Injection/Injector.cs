namespace Lateen.Control.Injection;

using System.Text.Json.Nodes;

/// <summary>Decides whether a pod gets a proxy and produces the patch that adds it. A pure function of the request.</summary>
public static class Injector
{
    private const string StatusAnnotation = "sidecar.istio.io/status";

    /// <summary>Annotations under Istio's prefixes that this version acts on; others are answered with a warning.</summary>
    private static readonly HashSet<string> Known =
    [
        "sidecar.istio.io/inject", "sidecar.istio.io/proxyImage", "sidecar.istio.io/proxyCPU", "sidecar.istio.io/proxyCPULimit",
        "sidecar.istio.io/proxyMemory", "sidecar.istio.io/proxyMemoryLimit", "sidecar.istio.io/logLevel", "sidecar.istio.io/nativeSidecar",
        "sidecar.istio.io/rewriteAppHTTPProbers", "sidecar.istio.io/interceptionMode", StatusAnnotation,
        "traffic.sidecar.istio.io/includeOutboundIPRanges", "traffic.sidecar.istio.io/excludeOutboundIPRanges",
        "traffic.sidecar.istio.io/includeInboundPorts", "traffic.sidecar.istio.io/excludeInboundPorts",
        "traffic.sidecar.istio.io/includeOutboundPorts", "traffic.sidecar.istio.io/excludeOutboundPorts",
        "proxy.istio.io/config", "prometheus.istio.io/merge-metrics", "inject.istio.io/templates",
    ];

    public static InjectionResult Inject(InjectionRequest request)
    {
        var pod = new PodView(request.Pod);
        if (!InjectionPolicy.Requires(pod, request) || pod.Annotations.ContainsKey(StatusAnnotation) || pod.Spec is null)
        {
            return InjectionResult.Skip;
        }

        if (pod.Annotations.GetValueOrDefault("sidecar.istio.io/interceptionMode") is { } mode && mode != "REDIRECT")
        {
            return InjectionResult.Refuse($"annotation sidecar.istio.io/interceptionMode: {mode} is not yet enforced by this version; use REDIRECT");
        }

        var spec = (JsonObject)pod.Spec.DeepClone();
        JsonObject proxyConfig = (JsonObject)request.DefaultProxyConfig.DeepClone();
        if (request.ProxyConfigOverlay is { } overlay)
        {
            Json.Merge(proxyConfig, overlay);
        }

        string template = pod.Annotations.GetValueOrDefault("inject.istio.io/templates") ?? "sidecar";
        switch (template)
        {
            case "sidecar":
                SidecarTemplate.Apply(spec, request, pod, proxyConfig);
                break;
            case "gateway":
                if (GatewayTemplate.Apply(spec, request, pod, proxyConfig) is { } refusal)
                {
                    return InjectionResult.Refuse(refusal);
                }

                break;
            default:
                return InjectionResult.Refuse($"annotation inject.istio.io/templates: \"{template}\" is not known; use sidecar or gateway");
        }

        foreach (JsonObject volume in ProxyContainer.Volumes(request.Config))
        {
            Json.ArrayAt(spec, "volumes").Add(volume);
        }

        return new InjectionResult(Patch(request, pod, spec, template == "sidecar"), Warnings(pod), null);
    }

    private static JsonArray Patch(InjectionRequest request, PodView pod, JsonObject spec, bool isSidecar)
    {
        JsonObject labels = Metadata(request.Pod, "labels");
        labels["security.istio.io/tlsMode"] ??= "istio";
        labels["service.istio.io/canonical-name"] ??= CanonicalName(pod);
        labels["service.istio.io/canonical-revision"] ??= CanonicalRevision(pod);

        JsonObject annotations = Metadata(request.Pod, "annotations");
        foreach ((string key, string value) in request.Config.InjectedAnnotations)
        {
            annotations[key] = value;
        }

        annotations["istio.io/rev"] = request.Config.Revision;
        annotations[StatusAnnotation] = Status(request, pod, isSidecar);
        if (isSidecar && pod.Containers.FirstOrDefault()?["name"]?.ToString() is { } first)
        {
            annotations["kubectl.kubernetes.io/default-container"] ??= first;
            annotations["kubectl.kubernetes.io/default-logs-container"] ??= first;
        }

        MergeMetrics(request, pod, spec, annotations);
        return
        [
            new JsonObject { ["op"] = "add", ["path"] = "/metadata/labels", ["value"] = labels },
            new JsonObject { ["op"] = "add", ["path"] = "/metadata/annotations", ["value"] = annotations },
            new JsonObject { ["op"] = "replace", ["path"] = "/spec", ["value"] = spec },
        ];
    }

    // Prometheus scrapes the merged endpoint of the agent; where the application's own metrics are travels in an environment variable.
    private static void MergeMetrics(InjectionRequest request, PodView pod, JsonObject spec, JsonObject annotations)
    {
        bool wanted = request.EnablePrometheusMerge && pod.Annotations.GetValueOrDefault("prometheus.istio.io/merge-metrics") != "false";
        if (!wanted)
        {
            return;
        }

        if (pod.Annotations.GetValueOrDefault("prometheus.io/scrape") == "true"
            && pod.Annotations.GetValueOrDefault("prometheus.io/port")
                != ProxyContainer.StatusPort.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            var scrape = new JsonObject
            {
                ["scrape"] = "true",
                ["path"] = pod.Annotations.GetValueOrDefault("prometheus.io/path") ?? "/metrics",
                ["port"] = pod.Annotations.GetValueOrDefault("prometheus.io/port") ?? "80",
            };
            foreach (string list in new[] { "containers", "initContainers" })
            {
                JsonObject? proxy = (spec[list] as JsonArray ?? []).OfType<JsonObject>()
                    .FirstOrDefault(c => c["name"]?.ToString() == ProxyContainer.Name);
                if (proxy is not null)
                {
                    Json.ArrayAt(proxy, "env").Add(Json.Env("ISTIO_PROMETHEUS_ANNOTATIONS", scrape.ToJsonString()));
                }
            }
        }

        annotations["prometheus.io/scrape"] = "true";
        annotations["prometheus.io/port"] = "15020";
        annotations["prometheus.io/path"] = "/stats/prometheus";
    }

    private static string Status(InjectionRequest request, PodView pod, bool isSidecar)
    {
        bool native = isSidecar && SidecarTemplate.IsNative(request, pod);
        JsonArray init = native ? Json.Strings("istio-init", ProxyContainer.Name) : isSidecar ? Json.Strings("istio-init") : [];
        return new JsonObject
        {
            ["initContainers"] = init,
            ["containers"] = native ? new JsonArray() : Json.Strings(ProxyContainer.Name),
            ["volumes"] = Json.Strings(ProxyContainer.Volumes(request.Config).Select(v => v["name"]?.ToString() ?? "")),
            ["revision"] = request.Config.Revision,
        }.ToJsonString();
    }

    private static string CanonicalName(PodView pod) =>
        pod.Labels.GetValueOrDefault("app.kubernetes.io/name") ?? pod.Labels.GetValueOrDefault("app") ?? pod.WorkloadName;

    private static string CanonicalRevision(PodView pod) =>
        pod.Labels.GetValueOrDefault("app.kubernetes.io/version") ?? pod.Labels.GetValueOrDefault("version") ?? "latest";

    private static JsonObject Metadata(JsonObject pod, string field) =>
        (pod["metadata"] as JsonObject)?[field]?.DeepClone() as JsonObject ?? [];

    private static List<string> Warnings(PodView pod) =>
        [.. pod.Annotations.Keys
            .Where(k => k.Contains("sidecar.istio.io/", StringComparison.Ordinal) || k.StartsWith("proxy.istio.io/", StringComparison.Ordinal))
            .Where(k => !Known.Contains(k))
            .Select(k => $"annotation {k} is not yet enforced by this version and has no effect")];
}
