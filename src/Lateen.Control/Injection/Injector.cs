namespace Lateen.Control.Injection;

using System.Text.Json.Nodes;

/// <summary>Decides whether a pod gets a proxy and produces the patch that adds it. A pure function of the request.</summary>
public static class Injector
{
    public static InjectionResult Inject(InjectionRequest request)
    {
        var pod = new PodView(request.Pod);
        if (!InjectionPolicy.Requires(pod, request) || pod.Annotations.ContainsKey(PodAnnotations.Status) || pod.Spec is null)
        {
            return InjectionResult.Skip;
        }

        if (PodAnnotations.Problem(pod) is { } problem)
        {
            return InjectionResult.Refuse(problem);
        }

        var spec = (JsonObject)pod.Spec.DeepClone();
        JsonObject proxyConfig = (JsonObject)request.DefaultProxyConfig.DeepClone();
        if (request.ProxyConfigOverlay is { } overlay)
        {
            Json.Merge(proxyConfig, overlay);
        }

        if (pod.Annotations.GetValueOrDefault(PodAnnotations.DiscoveryAddress) is { } discovery)
        {
            proxyConfig["discoveryAddress"] = discovery;
        }

        int statusPort = ProxyContainer.StatusPortOf(request, pod);
        if (statusPort != ProxyContainer.StatusPort)
        {
            proxyConfig["statusPort"] = statusPort;
        }

        if (SidecarTemplate.UsesCni(request) && SidecarTemplate.CapturesDns(proxyConfig))
        {
            return InjectionResult.Refuse(
                "ISTIO_META_DNS_CAPTURE together with cni.enabled is not yet enforced by this version; use one of them");
        }

        string template = pod.Annotations.GetValueOrDefault("inject.istio.io/templates") ?? request.Config.DefaultTemplate;
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

        AddToPod(spec, request, pod);

        return new InjectionResult(Patch(request, pod, spec, proxyConfig, template == "sidecar"), PodAnnotations.Warnings(pod), null);
    }

    // What belongs to the pod and not to its proxy container.
    private static void AddToPod(JsonObject spec, InjectionRequest request, PodView pod)
    {
        JsonArray volumes = Json.ArrayAt(spec, "volumes");
        foreach (JsonObject volume in ProxyContainer.Volumes(request.Config).Concat(PodAnnotations.Named(pod, PodAnnotations.UserVolume)))
        {
            volumes.Add(volume);
        }

        foreach (string secret in request.Config.Strings("global.imagePullSecrets"))
        {
            Json.ArrayAt(spec, "imagePullSecrets").Add(new JsonObject { ["name"] = secret });
        }

        foreach (string search in request.Config.Strings("global.podDNSSearchNamespaces"))
        {
            string name = search.Replace(
                "[[ valueOrDefault .DeploymentMeta.Namespace \"default\" ]]", request.Namespace, StringComparison.Ordinal);
            Json.ArrayAt(Json.ObjectAt(spec, "dnsConfig"), "searches").Add(name);
        }
    }

    private static JsonArray Patch(InjectionRequest request, PodView pod, JsonObject spec, JsonObject proxyConfig, bool isSidecar)
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
        annotations[PodAnnotations.Status] = Status(request, pod, isSidecar);
        if (isSidecar && SidecarTemplate.UsesCni(request))
        {
            annotations[PodAnnotations.Redirect] = SidecarTemplate.RedirectionText(request, pod, proxyConfig);
        }

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

        string statusPort = ProxyContainer.StatusPortOf(request, pod).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (pod.Annotations.GetValueOrDefault("prometheus.io/scrape") == "true"
            && pod.Annotations.GetValueOrDefault("prometheus.io/port") != statusPort)
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
        annotations["prometheus.io/port"] = statusPort;
        annotations["prometheus.io/path"] = "/stats/prometheus";
    }

    private static string Status(InjectionRequest request, PodView pod, bool isSidecar)
    {
        bool native = isSidecar && SidecarTemplate.IsNative(request, pod);
        string first = SidecarTemplate.UsesCni(request) ? "istio-validation" : "istio-init";
        JsonArray init = native ? Json.Strings(first, ProxyContainer.Name) : isSidecar ? Json.Strings(first) : [];
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
}
