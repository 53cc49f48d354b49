namespace Lateen.Control.Injection;

using System.Globalization;
using System.Text.Json.Nodes;

/// <summary>Template "sidecar": redirection set up by istio-init, then the proxy beside the application.</summary>
internal static class SidecarTemplate
{
    public static void Apply(JsonObject spec, InjectionRequest request, PodView pod, JsonObject proxyConfig)
    {
        JsonObject proxy = ProxyContainer.Build(request, pod, proxyConfig, "sidecar");
        JsonArray containers = Json.ArrayAt(spec, "containers");
        Overlay(proxy, containers);
        ProbeRewrite.Apply(spec, proxy, request, pod);

        JsonArray init = Json.ArrayAt(spec, "initContainers");
        if (IsNative(request, pod))
        {
            // A native sidecar starts before the application and outlives it, so a Job can end and nothing races the proxy at start.
            proxy["restartPolicy"] = "Always";
            Json.ArrayAt(proxy, "env").Add(Json.Env("NATIVE_SIDECAR", "true"));
            proxy["lifecycle"] = new JsonObject { ["preStop"] = Exec("pilot-agent", "request",
                $"--debug-port={ProxyContainer.StatusPortOf(request, pod)}", "POST", "drain") };
            init.Insert(0, proxy);
        }
        else if (proxyConfig["holdApplicationUntilProxyStarts"]?.GetValue<bool>() ?? false)
        {
            proxy["lifecycle"] = new JsonObject { ["postStart"] = Exec("pilot-agent", "wait") };
            containers.Insert(0, proxy);
        }
        else
        {
            containers.Add(proxy);
        }

        init.Insert(0, UsesCni(request) ? Validation(request, pod, proxyConfig) : Redirection(request, pod, proxyConfig));
    }

    /// <summary>True when the pod's DNS questions go to the agent. The node's plugin cannot know the pod's own servers.</summary>
    public static bool CapturesDns(JsonObject proxyConfig) =>
        proxyConfig["proxyMetadata"]?["ISTIO_META_DNS_CAPTURE"]?.ToString() == "true";

    /// <summary>True where the node's CNI plugin redirects the traffic, and the pod only checks that it did.</summary>
    public static bool UsesCni(InjectionRequest request) => request.Config.Flag("cni.enabled", false);

    /// <summary>What the CNI plugin reads from the pod's annotation; an empty argument is written as two quotes.</summary>
    public static string RedirectionText(InjectionRequest request, PodView pod, JsonObject proxyConfig) =>
        string.Join(' ', Arguments(request, pod, proxyConfig).Skip(1).Select(argument => argument.Length == 0 ? "\"\"" : argument));

    public static bool IsNative(InjectionRequest request, PodView pod) =>
        pod.Annotations.GetValueOrDefault("sidecar.istio.io/nativeSidecar") switch
        {
            "true" => true,
            "false" => false,
            _ => request.NativeSidecars,
        };

    // The user may write an istio-proxy container of his own to change fields of the injected one (image "auto").
    private static void Overlay(JsonObject proxy, JsonArray containers)
    {
        JsonObject? own = containers.OfType<JsonObject>().FirstOrDefault(c => c["name"]?.ToString() == ProxyContainer.Name);
        if (own is null)
        {
            return;
        }

        containers.Remove(own);
        if (own["image"]?.ToString() == "auto")
        {
            own.Remove("image");
        }

        Json.Merge(proxy, own);
    }

    private static List<string> Arguments(InjectionRequest request, PodView pod, JsonObject proxyConfig)
    {
        InjectionConfig config = request.Config;
        string Setting(string annotation, string value, string fallback) =>
            pod.Annotations.GetValueOrDefault("traffic.sidecar.istio.io/" + annotation) ?? config.Text("global.proxy." + value, fallback);

        string excludedInbound = string.Join(",", new[]
        {
            "15090", "15021", ProxyContainer.StatusPortOf(request, pod).ToString(CultureInfo.InvariantCulture),
            Setting("excludeInboundPorts", "excludeInboundPorts", ""),
        }.Where(p => p.Length > 0));
        List<string> arguments =
        [
            "istio-iptables", "-p", "15001", "-z", "15006", "-u", "1337", "-m", "REDIRECT",
            "-i", Setting("includeOutboundIPRanges", "includeIPRanges", "*"),
            "-x", Setting("excludeOutboundIPRanges", "excludeIPRanges", ""),
            "-b", Setting("includeInboundPorts", "includeInboundPorts", "*"),
            "-d", excludedInbound,
        ];
        if (Setting("includeOutboundPorts", "includeOutboundPorts", "") is { Length: > 0 } included)
        {
            arguments.AddRange(["-q", included]);
        }

        if (Setting("excludeOutboundPorts", "excludeOutboundPorts", "") is { Length: > 0 } excluded)
        {
            arguments.AddRange(["-o", excluded]);
        }

        if (pod.Annotations.GetValueOrDefault(PodAnnotations.Traffic + "excludeInterfaces") is { Length: > 0 } interfaces)
        {
            arguments.AddRange(["-c", interfaces]);
        }

        string? virtualInterfaces = pod.Annotations.GetValueOrDefault("istio.io/reroute-virtual-interfaces")
            ?? pod.Annotations.GetValueOrDefault(PodAnnotations.Traffic + "kubevirtInterfaces");
        if (virtualInterfaces is { Length: > 0 })
        {
            arguments.AddRange(["-k", virtualInterfaces]);
        }

        if (CapturesDns(proxyConfig))
        {
            arguments.Add("--redirect-dns");
        }

        return arguments;
    }

    private static JsonObject Redirection(InjectionRequest request, PodView pod, JsonObject proxyConfig)
    {
        InjectionConfig config = request.Config;
        return new JsonObject
        {
            ["name"] = "istio-init",
            ["image"] = config.Image("global.proxy_init.image"),
            ["args"] = Json.Strings(Arguments(request, pod, proxyConfig)),
            ["resources"] = config.Object("global.proxy.resources")?.DeepClone() ?? new JsonObject(),
            ["securityContext"] = new JsonObject
            {
                ["allowPrivilegeEscalation"] = config.Flag("global.proxy.privileged", false),
                ["capabilities"] = new JsonObject { ["add"] = Json.Strings("NET_ADMIN", "NET_RAW"), ["drop"] = Json.Strings("ALL") },
                ["privileged"] = config.Flag("global.proxy.privileged", false),
                ["readOnlyRootFilesystem"] = false,
                ["runAsGroup"] = 0,
                ["runAsNonRoot"] = false,
                ["runAsUser"] = 0,
            },
        };
    }

    private static JsonObject Validation(InjectionRequest request, PodView pod, JsonObject proxyConfig) => new()
    {
        ["name"] = "istio-validation",
        ["image"] = request.Config.Image("global.proxy_init.image"),
        ["args"] = Json.Strings([.. Arguments(request, pod, proxyConfig), "--run-validation", "--skip-rule-apply"]),
        ["resources"] = request.Config.Object("global.proxy.resources")?.DeepClone() ?? new JsonObject(),
        ["securityContext"] = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["capabilities"] = new JsonObject { ["drop"] = Json.Strings("ALL") },
            ["privileged"] = false,
            ["readOnlyRootFilesystem"] = true,
            ["runAsGroup"] = 1337,
            ["runAsNonRoot"] = true,
            ["runAsUser"] = 1337,
        },
    };

    private static JsonObject Exec(params string[] command) =>
        new() { ["exec"] = new JsonObject { ["command"] = Json.Strings(command) } };
}
