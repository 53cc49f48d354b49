namespace Lateen.Control.Injection;

using System.Globalization;
using System.Text.Json.Nodes;

/// <summary>The annotations by which a pod changes its own proxy, and what is wrong with their values.</summary>
internal static class PodAnnotations
{
    public const string Status = "sidecar.istio.io/status";
    public const string StatusPort = "status.sidecar.istio.io/port";
    public const string UserVolume = "sidecar.istio.io/userVolume";
    public const string UserVolumeMount = "sidecar.istio.io/userVolumeMount";
    public const string DiscoveryAddress = "sidecar.istio.io/discoveryAddress";
    public const string ImageType = "sidecar.istio.io/proxyImageType";
    public const string ReadinessDelay = "readiness.status.sidecar.istio.io/initialDelaySeconds";
    public const string ReadinessPeriod = "readiness.status.sidecar.istio.io/periodSeconds";
    public const string ReadinessFailures = "readiness.status.sidecar.istio.io/failureThreshold";
    /// <summary>What the CNI plugin does for this pod: arguments of istio-iptables.</summary>
    public const string Redirect = "cni.lateen.dev/redirect";
    public const string Traffic = "traffic.sidecar.istio.io/";

    /// <summary>Annotations under Istio's prefixes that this version acts on; others are answered with a warning.</summary>
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "sidecar.istio.io/inject", "sidecar.istio.io/proxyImage", ImageType, "sidecar.istio.io/proxyCPU", "sidecar.istio.io/proxyCPULimit",
        "sidecar.istio.io/proxyMemory", "sidecar.istio.io/proxyMemoryLimit", "sidecar.istio.io/logLevel", "sidecar.istio.io/nativeSidecar",
        "sidecar.istio.io/rewriteAppHTTPProbers", "sidecar.istio.io/interceptionMode", Status, UserVolume, UserVolumeMount, DiscoveryAddress,
        StatusPort, ReadinessDelay, ReadinessPeriod, ReadinessFailures,
        Traffic + "includeOutboundIPRanges", Traffic + "excludeOutboundIPRanges", Traffic + "includeInboundPorts", Traffic + "excludeInboundPorts",
        Traffic + "includeOutboundPorts", Traffic + "excludeOutboundPorts", Traffic + "excludeInterfaces", Traffic + "kubevirtInterfaces",
        "istio.io/reroute-virtual-interfaces", "proxy.istio.io/config", "prometheus.istio.io/merge-metrics", "inject.istio.io/templates",
    };

    private static readonly string[] Prefixes =
        ["sidecar.istio.io/", "status.sidecar.istio.io/", "readiness.status.sidecar.istio.io/", Traffic, "proxy.istio.io/"];

    private static readonly string[] Numbers = [StatusPort, ReadinessDelay, ReadinessPeriod, ReadinessFailures];

    private static readonly string[] PortLists = ["includeInboundPorts", "excludeInboundPorts", "includeOutboundPorts", "excludeOutboundPorts"];

    /// <summary>Why the pod cannot be injected as its annotations ask, or null.</summary>
    public static string? Problem(PodView pod)
    {
        if (pod.Annotations.GetValueOrDefault("sidecar.istio.io/interceptionMode") is { } mode && mode != "REDIRECT")
        {
            return $"annotation sidecar.istio.io/interceptionMode: {mode} is not yet enforced by this version; use REDIRECT";
        }

        foreach (string name in Numbers)
        {
            if (pod.Annotations.GetValueOrDefault(name) is { } text && !ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                return $"annotation {name}: \"{text}\" is not a whole number from 0 to 65535";
            }
        }

        foreach (string name in PortLists)
        {
            if (pod.Annotations.GetValueOrDefault(Traffic + name) is { } text && BadPort(text) is { } bad)
            {
                return $"annotation {Traffic}{name}: \"{bad}\" is not a port; give numbers from 1 to 65535 with commas between them, or *";
            }
        }

        return new[] { UserVolume, UserVolumeMount }.FirstOrDefault(name => pod.Annotations.ContainsKey(name) && !TryObject(pod, name, out _))
            is { } wrong ? $"annotation {wrong} is not a JSON object of name to definition" : null;
    }

    /// <summary>One sentence for each annotation that will have no effect.</summary>
    public static IReadOnlyList<string> Warnings(PodView pod) =>
        [.. pod.Annotations.Keys
            .Where(key => Prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)) && !Known.Contains(key))
            .Select(key => $"annotation {key} is not yet enforced by this version and has no effect")];

    public static int? Number(PodView pod, string name) =>
        int.TryParse(pod.Annotations.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>The volumes or mounts of an annotation, each with the name it was given; empty when the pod has none.</summary>
    public static IEnumerable<JsonObject> Named(PodView pod, string annotation)
    {
        if (!TryObject(pod, annotation, out JsonObject? items))
        {
            yield break;
        }

        foreach ((string name, JsonNode? value) in items)
        {
            var item = value?.DeepClone() as JsonObject ?? [];
            item["name"] = name;
            yield return item;
        }
    }

    private static string? BadPort(string list) =>
        list is "*" ? null : list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .FirstOrDefault(p => !ushort.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) || port == 0);

    private static bool TryObject(PodView pod, string annotation, out JsonObject items)
    {
        items = [];
        try
        {
            if (pod.Annotations.GetValueOrDefault(annotation) is { } text && JsonNode.Parse(text) is JsonObject found)
            {
                items = found;
                return true;
            }
        }
        catch (System.Text.Json.JsonException)
        {
            // Problem() tells the user; a list that cannot be read is no list.
            return false;
        }

        return false;
    }
}
