namespace Lateen.Control.Injection;

using System.Text.Json.Nodes;

/// <summary>The istio-proxy container and its volumes, the same for a sidecar and a gateway but for the arguments.</summary>
internal static class ProxyContainer
{
    public const string Name = "istio-proxy";
    public const int StatusPort = 15020;
    private const int ReadyPort = 15021;

    public static JsonObject Build(InjectionRequest request, PodView pod, JsonObject proxyConfig, string role)
    {
        InjectionConfig config = request.Config;
        var container = new JsonObject
        {
            ["name"] = Name,
            ["image"] = pod.Annotations.GetValueOrDefault("sidecar.istio.io/proxyImage")
                ?? config.Image("global.proxy.image", pod.Annotations.GetValueOrDefault(PodAnnotations.ImageType)),
            ["args"] = Json.Strings("proxy", role, "--domain", $"$(POD_NAMESPACE).svc.{config.ClusterDomain}",
                "--proxyLogLevel="
                    + (pod.Annotations.GetValueOrDefault("sidecar.istio.io/logLevel") ?? config.Text("global.proxy.logLevel", "warning")),
                $"--log_output_level={config.Text("global.logging.level", "default:info")}"),
            ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = 15090, ["protocol"] = "TCP", ["name"] = "http-envoy-prom" }),
            ["env"] = Environment(request, pod, proxyConfig),
            ["readinessProbe"] = Readiness(config, pod),
            ["resources"] = Resources(config, pod),
            ["securityContext"] = Security(),
            ["volumeMounts"] = Mounts(pod),
        };

        if (config.Text("global.imagePullPolicy", "") is { Length: > 0 } pullPolicy)
        {
            container["imagePullPolicy"] = pullPolicy;
        }

        if (config.Flag("global.proxy.startupProbe.enabled", true))
        {
            JsonObject startup = Json.HttpProbe(role == "sidecar" ? "/healthz/started" : "/healthz/ready", ReadyPort);
            startup["periodSeconds"] = 1;
            startup["timeoutSeconds"] = 3;
            startup["failureThreshold"] = config.Number("global.proxy.startupProbe.failureThreshold", 600);
            container["startupProbe"] = startup;
        }

        return container;
    }

    /// <summary>The port of the agent's probes and merged metrics: the pod's wish, the chart's value, or 15020.</summary>
    public static int StatusPortOf(InjectionRequest request, PodView pod) =>
        PodAnnotations.Number(pod, PodAnnotations.StatusPort) ?? request.Config.Number("global.proxy.statusPort", StatusPort);

    public static IEnumerable<JsonObject> Volumes(InjectionConfig config)
    {
        yield return new() { ["name"] = "workload-socket", ["emptyDir"] = new JsonObject() };
        yield return new() { ["name"] = "credential-socket", ["emptyDir"] = new JsonObject() };
        yield return new() { ["name"] = "workload-certs", ["emptyDir"] = new JsonObject() };
        yield return new() { ["name"] = "istio-envoy", ["emptyDir"] = new JsonObject { ["medium"] = "Memory" } };
        yield return new() { ["name"] = "istio-data", ["emptyDir"] = new JsonObject() };
        yield return new()
        {
            ["name"] = "istio-podinfo",
            ["downwardAPI"] = new JsonObject
            {
                ["items"] = new JsonArray(PodInfo("labels"), PodInfo("annotations")),
            },
        };
        yield return new()
        {
            ["name"] = "istio-token",
            ["projected"] = new JsonObject
            {
                ["sources"] = new JsonArray(new JsonObject
                {
                    ["serviceAccountToken"] = new JsonObject
                    {
                        ["audience"] = config.Text("global.sds.token.aud", "istio-ca"),
                        ["expirationSeconds"] = 43200,
                        ["path"] = "istio-token",
                    },
                }),
            },
        };
        yield return new()
        {
            ["name"] = "istiod-ca-cert",
            ["configMap"] = new JsonObject { ["name"] = "istio-ca-root-cert" },
        };
    }

    private static JsonArray Environment(InjectionRequest request, PodView pod, JsonObject proxyConfig)
    {
        InjectionConfig config = request.Config;
        string ca = config.Text("global.caAddress", $"istiod{RevisionSuffix(config)}.{config.IstioNamespace}.svc:15012");
        JsonArray env =
        [
            Json.Env("PILOT_CERT_PROVIDER", config.Text("global.pilotCertProvider", "istiod")),
            Json.Env("CA_ADDR", ca),
            Json.EnvField("POD_NAME", "metadata.name"),
            Json.EnvField("POD_NAMESPACE", "metadata.namespace"),
            Json.EnvField("INSTANCE_IP", "status.podIP"),
            Json.EnvField("SERVICE_ACCOUNT", "spec.serviceAccountName"),
            Json.EnvField("HOST_IP", "status.hostIP"),
            Json.EnvField("ISTIO_META_NODE_NAME", "spec.nodeName"),
            Json.EnvResource("ISTIO_CPU_LIMIT", "limits.cpu"),
            Json.Env("PROXY_CONFIG", proxyConfig.ToJsonString()),
            Json.Env("ISTIO_META_POD_PORTS", AppPorts(pod)),
            Json.Env("ISTIO_META_APP_CONTAINERS", string.Join(",", pod.Containers.Select(c => c["name"]?.ToString()).Where(n => n != Name))),
            Json.Env("ISTIO_META_CLUSTER_ID", request.ClusterId),
            Json.Env("ISTIO_META_INTERCEPTION_MODE", "REDIRECT"),
            Json.Env("ISTIO_META_WORKLOAD_NAME", pod.WorkloadName),
            Json.Env("ISTIO_META_OWNER", pod.Owner(request.Namespace)),
            Json.Env("ISTIO_META_MESH_ID", config.Text("global.meshID", request.TrustDomain)),
            Json.Env("TRUST_DOMAIN", request.TrustDomain),
        ];

        if (config.Text("global.network", "") is { Length: > 0 } network)
        {
            env.Add(Json.Env("ISTIO_META_NETWORK", network));
        }

        if (pod.Spec?["terminationGracePeriodSeconds"] is JsonNode grace)
        {
            env.Add(Json.Env("TERMINATION_GRACE_PERIOD_SECONDS", grace.ToString()));
        }

        foreach ((string name, JsonNode? value) in proxyConfig["proxyMetadata"] as JsonObject ?? [])
        {
            env.Add(Json.Env(name, value?.ToString() ?? ""));
        }

        return env;
    }

    private static string RevisionSuffix(InjectionConfig config) => config.Revision == "default" ? "" : "-" + config.Revision;

    private static string AppPorts(PodView pod)
    {
        var ports = new JsonArray();
        foreach (JsonObject container in pod.Containers.Where(c => c["name"]?.ToString() != Name))
        {
            foreach (JsonNode? port in container["ports"] as JsonArray ?? [])
            {
                ports.Add(port?.DeepClone());
            }
        }

        return ports.ToJsonString();
    }

    private static JsonObject Readiness(InjectionConfig config, PodView pod)
    {
        JsonObject probe = Json.HttpProbe("/healthz/ready", ReadyPort);
        probe["initialDelaySeconds"] = PodAnnotations.Number(pod, PodAnnotations.ReadinessDelay)
            ?? config.Number("global.proxy.readinessInitialDelaySeconds", 0);
        probe["periodSeconds"] = PodAnnotations.Number(pod, PodAnnotations.ReadinessPeriod)
            ?? config.Number("global.proxy.readinessPeriodSeconds", 15);
        probe["timeoutSeconds"] = 3;
        probe["failureThreshold"] = PodAnnotations.Number(pod, PodAnnotations.ReadinessFailures)
            ?? config.Number("global.proxy.readinessFailureThreshold", 4);
        return probe;
    }

    private static JsonObject Resources(InjectionConfig config, PodView pod)
    {
        JsonObject resources = config.Object("global.proxy.resources")?.DeepClone() as JsonObject ?? [];
        Override(resources, "requests", "cpu", pod.Annotations.GetValueOrDefault("sidecar.istio.io/proxyCPU"));
        Override(resources, "requests", "memory", pod.Annotations.GetValueOrDefault("sidecar.istio.io/proxyMemory"));
        Override(resources, "limits", "cpu", pod.Annotations.GetValueOrDefault("sidecar.istio.io/proxyCPULimit"));
        Override(resources, "limits", "memory", pod.Annotations.GetValueOrDefault("sidecar.istio.io/proxyMemoryLimit"));
        return resources;
    }

    private static void Override(JsonObject resources, string kind, string name, string? value)
    {
        if (value is not null)
        {
            Json.ObjectAt(resources, kind)[name] = value;
        }
    }

    private static JsonObject Security() => new()
    {
        ["allowPrivilegeEscalation"] = false,
        ["capabilities"] = new JsonObject { ["drop"] = Json.Strings("ALL") },
        ["privileged"] = false,
        ["readOnlyRootFilesystem"] = true,
        ["runAsGroup"] = 1337,
        ["runAsNonRoot"] = true,
        ["runAsUser"] = 1337,
    };

    private static JsonArray Mounts(PodView pod) =>
    [
        Json.Mount("workload-socket", "/var/run/secrets/workload-spiffe-uds"),
        Json.Mount("credential-socket", "/var/run/secrets/credential-uds"),
        Json.Mount("workload-certs", "/var/run/secrets/workload-spiffe-credentials"),
        Json.Mount("istiod-ca-cert", "/var/run/secrets/istio"),
        Json.Mount("istio-data", "/var/lib/istio/data"),
        Json.Mount("istio-envoy", "/etc/istio/proxy"),
        Json.Mount("istio-token", "/var/run/secrets/tokens"),
        Json.Mount("istio-podinfo", "/etc/istio/pod"),
        .. PodAnnotations.Named(pod, PodAnnotations.UserVolumeMount),
    ];

    private static JsonObject PodInfo(string what) => new()
    {
        ["path"] = what,
        ["fieldRef"] = new JsonObject { ["fieldPath"] = "metadata." + what },
    };
}
