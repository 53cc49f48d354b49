namespace Lateen.Control.Injection;

using System.Text.Json.Nodes;

/// <summary>
/// Sends the application's probes and preStop hooks through the status port, since the kubelet is no part of the mesh (Istio:
/// rewriteAppHTTPProbe). What they were travels in ISTIO_KUBE_APP_PROBERS.
/// </summary>
internal static class ProbeRewrite
{
    private static readonly (string Field, string Path)[] Probes =
        [("livenessProbe", "livez"), ("readinessProbe", "readyz"), ("startupProbe", "startupz")];

    // A hook has no timeout of its own: the grace period ends it.
    private const int LongestHookSeconds = 600;

    public static void Apply(JsonObject spec, JsonObject proxy, InjectionRequest request, PodView pod)
    {
        bool wanted = pod.Annotations.GetValueOrDefault("sidecar.istio.io/rewriteAppHTTPProbers") switch
        {
            "true" => true,
            "false" => false,
            _ => request.Config.Flag("sidecarInjectorWebhook.rewriteAppHTTPProbe", true),
        };
        int statusPort = ProxyContainer.StatusPortOf(request, pod);
        var probers = new JsonObject();
        foreach (JsonObject container in Json.ArrayAt(spec, "containers").OfType<JsonObject>())
        {
            string name = container["name"]?.ToString() ?? "";
            if (name == ProxyContainer.Name)
            {
                continue;
            }

            foreach ((string field, string path) in Probes)
            {
                if (wanted && container[field] is JsonObject probe)
                {
                    Rewrite(probe, $"/app-health/{name}/{path}", container, statusPort, probers);
                }
            }

            HoldUntilReleased(container, name, wanted, statusPort, probers);
        }

        if (probers.Count > 0)
        {
            Json.ArrayAt(proxy, "env").Add(Json.Env("ISTIO_KUBE_APP_PROBERS", probers.ToJsonString()));
        }
    }

    // The kubelet waits for the answer before it ends the application, and the agent answers when no proxy sends calls here any
    // more. A hook of the application's own runs after that wait; one of kind exec or sleep is left alone.
    private static void HoldUntilReleased(JsonObject container, string name, bool mayRewrite, int statusPort, JsonObject probers)
    {
        string path = $"/app-lifecycle/{name}/prestopz";
        JsonObject lifecycle = Json.ObjectAt(container, "lifecycle");
        if (lifecycle["preStop"] is not JsonObject hook)
        {
            lifecycle["preStop"] = Json.HttpProbe(path, statusPort);
        }
        else if (mayRewrite)
        {
            Rewrite(hook, path, container, statusPort, probers);
            if (probers[path] is JsonObject rewritten)
            {
                rewritten["timeoutSeconds"] = LongestHookSeconds;
            }
        }
    }

    private static void Rewrite(JsonObject probe, string path, JsonObject container, int statusPort, JsonObject probers)
    {
        string? kind = new[] { "httpGet", "tcpSocket", "grpc" }.FirstOrDefault(probe.ContainsKey);
        if (kind is null || probe[kind] is not JsonObject handler)
        {
            // An exec probe runs inside the container and needs no way through the proxy.
            return;
        }

        JsonObject original = (JsonObject)handler.DeepClone();
        ResolveNamedPort(original, container);
        probers[path] = new JsonObject { [kind] = original, ["timeoutSeconds"] = probe["timeoutSeconds"]?.DeepClone() ?? 1 };
        probe.Remove(kind);
        probe["httpGet"] = new JsonObject { ["path"] = path, ["port"] = statusPort };
    }

    private static void ResolveNamedPort(JsonObject handler, JsonObject container)
    {
        if (handler["port"] is not JsonValue port || !port.TryGetValue(out string? name) || int.TryParse(name, out _))
        {
            return;
        }

        JsonObject? named = Json.ArrayAt(container, "ports").OfType<JsonObject>().FirstOrDefault(p => p["name"]?.ToString() == name);
        if (named?["containerPort"] is JsonNode number)
        {
            handler["port"] = number.DeepClone();
        }
    }
}
