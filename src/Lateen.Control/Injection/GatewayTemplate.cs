namespace Lateen.Control.Injection;

using System.Text.Json.Nodes;

/// <summary>Template "gateway": fills in the istio-proxy container that the gateway chart leaves at image "auto".</summary>
internal static class GatewayTemplate
{
    /// <summary>Returns why the pod cannot be a gateway, or null.</summary>
    public static string? Apply(JsonObject spec, InjectionRequest request, PodView pod, JsonObject proxyConfig)
    {
        JsonArray containers = Json.ArrayAt(spec, "containers");
        JsonObject? own = containers.OfType<JsonObject>().FirstOrDefault(c => c["name"]?.ToString() == ProxyContainer.Name);
        if (own is null)
        {
            return "template gateway needs a container called istio-proxy with image auto; the pod has none";
        }

        JsonObject proxy = ProxyContainer.Build(request, pod, proxyConfig, "router");
        if (own["image"]?.ToString() == "auto")
        {
            own.Remove("image");
        }

        Json.Merge(proxy, own);
        containers[containers.IndexOf(own)] = proxy;
        return null;
    }
}
