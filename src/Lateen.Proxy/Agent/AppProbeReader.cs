namespace Lateen.Proxy.Agent;

using System.Globalization;
using System.Text.Json.Nodes;

/// <summary>Reads ISTIO_KUBE_APP_PROBERS: the application's own probes by the path under which we answer for them.</summary>
internal static class AppProbeReader
{
    public static IReadOnlyDictionary<string, AppProbe> Read(string json, string podIp)
    {
        var probes = new Dictionary<string, AppProbe>(StringComparer.Ordinal);
        foreach ((string path, JsonNode? node) in AgentEnvironment.Json("ISTIO_KUBE_APP_PROBERS", json))
        {
            if (node is JsonObject probe)
            {
                probes[path] = ReadOne(path, probe, podIp);
            }
        }

        return probes;
    }

    private static AppProbe ReadOne(string path, JsonObject probe, string podIp)
    {
        TimeSpan timeout = TimeSpan.FromSeconds(probe["timeoutSeconds"] is JsonValue t && t.TryGetValue(out int s) && s > 0 ? s : 1);
        if (probe["tcpSocket"] is JsonObject tcp)
        {
            return new AppProbe { TcpHost = podIp, TcpPort = Port(path, tcp), Timeout = timeout };
        }

        // The pod's address, as the kubelet would use; an IPv6 one needs brackets.
        string host = podIp.Contains(':', StringComparison.Ordinal) ? $"[{podIp}]" : podIp;
        if (probe["grpc"] is JsonObject grpc)
        {
            return new AppProbe
            {
                Url = new Uri($"http://{host}:{Port(path, grpc)}{GrpcHealth.Method}"),
                GrpcService = AgentEnvironment.Text(grpc, "service", ""),
                Timeout = timeout,
            };
        }

        if (probe["httpGet"] is not JsonObject http)
        {
            throw new FormatException($"ISTIO_KUBE_APP_PROBERS: {path} needs one of httpGet, tcpSocket and grpc");
        }

        string scheme = AgentEnvironment.Text(http, "scheme", "HTTP").ToLowerInvariant();
        string target = AgentEnvironment.Text(http, "path", "/");
        string absolute = target.StartsWith('/') ? target : "/" + target;
        var headers = new List<KeyValuePair<string, string>>();
        foreach (JsonNode? header in http["httpHeaders"] as JsonArray ?? [])
        {
            if (header is JsonObject pair)
            {
                headers.Add(new(AgentEnvironment.Text(pair, "name", ""), AgentEnvironment.Text(pair, "value", "")));
            }
        }

        return new AppProbe { Url = new Uri($"{scheme}://{host}:{Port(path, http)}{absolute}"), Headers = headers, Timeout = timeout };
    }

    private static int Port(string path, JsonObject probe)
    {
        string text = probe["port"]?.ToString() ?? "";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            ? port
            : throw new FormatException($"ISTIO_KUBE_APP_PROBERS: {path} needs a numeric port, not '{text}'");
    }
}
