namespace Lateen.Proxy.Agent;

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Envoy.Config.Core.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Schema;
using Lateen.Proxy.Agent.Resolving;

/// <summary>Turns the environment that the injection template gives a pod into <see cref="AgentOptions"/>.</summary>
public static class AgentEnvironment
{
    private const string MetaPrefix = "ISTIO_META_";
    private const string MetaJsonPrefix = "ISTIO_METAJSON_";
    private const int PlaintextXdsPort = 15010;

    /// <param name="nodeType">sidecar or router.</param>
    /// <param name="environment">The process's variables.</param>
    /// <param name="readFile">A file's text, or null when it does not exist.</param>
    /// <exception cref="FormatException">A variable does not hold what it should; the message names it.</exception>
    public static AgentOptions Read(string nodeType, IReadOnlyDictionary<string, string> environment, Func<string, string?> readFile)
    {
        string Env(string name, string fallback = "") =>
            environment.TryGetValue(name, out string? value) && value.Length > 0 ? value : fallback;
        JsonObject config = Json("PROXY_CONFIG", Env("PROXY_CONFIG", "{}"));
        string @namespace = Env("POD_NAMESPACE", "default");
        string ip = Env("INSTANCE_IP", "127.0.0.1");
        string domain = $"{@namespace}.svc.{Env("DOMAIN_SUFFIX", "cluster.local")}";
        Struct metadata = Metadata(environment, config, readFile);
        var node = new Node
        {
            Id = $"{nodeType}~{ip}~{Env("POD_NAME", "unknown")}.{@namespace}~{domain}",
            Cluster = ServiceCluster(metadata, Env("ISTIO_META_WORKLOAD_NAME", "istio-proxy"), @namespace),
            Metadata = metadata,
            UserAgentName = "envoy",
            UserAgentBuildVersion = new BuildVersion { Version = new Envoy.Type.V3.SemanticVersion { MajorNumber = 1, MinorNumber = 35 } },
        };
        return new AgentOptions
        {
            Node = node,
            XdsTarget = Target(Text(config, "discoveryAddress", Env("DISCOVERY_ADDRESS", "istiod.istio-system.svc:15012"))),
            AdminPort = Number(config, "proxyAdminPort", 15000),
            StatusPort = Number(config, "statusPort", 15020),
            Concurrency = Concurrency(config, Env("ISTIO_CPU_LIMIT")),
            DrainDuration = Seconds(config, "drainDuration", 45),
            TerminationDrainDuration = Seconds(config, "terminationDrainDuration", 5),
            GracePeriod = GracePeriod(Env("TERMINATION_GRACE_PERIOD_SECONDS")),
            Address = ip,
            OutlivesApplication = Env("NATIVE_SIDECAR") == "true",
            ExitOnZeroActiveConnections = Env("EXIT_ON_ZERO_ACTIVE_CONNECTIONS") is "true" or "1",
            DnsCapture = Env("ISTIO_META_DNS_CAPTURE") is "true" or "1",
            Namespace = @namespace,
            Resolver = ResolverConfig.Parse(readFile("/etc/resolv.conf") ?? ""),
            Probes = AppProbeReader.Read(Env("ISTIO_KUBE_APP_PROBERS", "{}"), ip),
            AppPorts = nodeType == "sidecar" ? AppPorts(Env("ISTIO_META_POD_PORTS", "[]")) : [],
            AppMetrics = AppMetrics(Env("ISTIO_PROMETHEUS_ANNOTATIONS")),
        };
    }

    internal static JsonObject Json(string variable, string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new FormatException($"{variable} must hold a JSON object, not '{text}'");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{variable} is not JSON: {e.Message}", e);
        }
    }

    internal static string Text(JsonObject config, string key, string fallback) =>
        config[key] is JsonValue value && value.GetValueKind() is JsonValueKind.String && value.GetValue<string>().Length > 0
            ? value.GetValue<string>()
            : fallback;

    private static int Number(JsonObject config, string key, int fallback) =>
        config[key] is JsonValue value && value.TryGetValue(out int number) ? number : fallback;

    private static TimeSpan GracePeriod(string seconds) =>
        TimeSpan.FromSeconds(int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : 30);

    private static TimeSpan Seconds(JsonObject config, string key, double fallback)
    {
        string text = Text(config, key, "");
        return text.EndsWith('s') && double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.FromSeconds(fallback);
    }

    // An explicit value wins; then the pod's CPU limit, which the template passes rounded up.
    private static int Concurrency(JsonObject config, string cpuLimit)
    {
        int configured = Number(config, "concurrency", 0);
        return configured > 0 ? configured : int.TryParse(cpuLimit, CultureInfo.InvariantCulture, out int limit) ? limit : 0;
    }

    private static Uri Target(string address)
    {
        int colon = address.LastIndexOf(':');
        string host = colon < 0 ? address : address[..colon];
        int port = colon > 0 && int.TryParse(address[(colon + 1)..], CultureInfo.InvariantCulture, out int given) ? given : PlaintextXdsPort;

        // 15012 is the TLS port; until sidecars have identities the plaintext port of the same istiod is used.
        return new UriBuilder("http", host, port == 15012 ? PlaintextXdsPort : port).Uri;
    }

    private static int[] AppPorts(string ports)
    {
        try
        {
            return [.. (JsonNode.Parse(ports) as JsonArray ?? [])
                .Where(port => port?["protocol"]?.ToString() is null or "" or "TCP")
                .Select(port => int.TryParse(port?["containerPort"]?.ToString(), CultureInfo.InvariantCulture, out int number) ? number : 0)
                .Where(number => number is > 0 and <= 65535)];
        }
        catch (JsonException e)
        {
            throw new FormatException($"ISTIO_META_POD_PORTS is not JSON: {e.Message}", e);
        }
    }

    private static Uri? AppMetrics(string annotations)
    {
        if (annotations.Length == 0)
        {
            return null;
        }

        JsonObject values = Json("ISTIO_PROMETHEUS_ANNOTATIONS", annotations);
        if (Text(values, "scrape", "false") != "true")
        {
            return null;
        }

        int port = int.TryParse(Text(values, "port", "80"), CultureInfo.InvariantCulture, out int given) ? given : 80;
        return new UriBuilder("http", "localhost", port, Text(values, "path", "/metrics")).Uri;
    }

    private static string ServiceCluster(Struct metadata, string workload, string @namespace)
    {
        string app = metadata.Fields.TryGetValue("LABELS", out Value? labels)
            && labels.StructValue.Fields.TryGetValue("app", out Value? value) ? value.StringValue : workload;
        return $"{app}.{@namespace}";
    }

    private static Struct Metadata(IReadOnlyDictionary<string, string> environment, JsonObject config, Func<string, string?> readFile)
    {
        var metadata = new Struct();
        void Set(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                metadata.Fields[key] = Value.ForString(value);
            }
        }

        foreach ((string name, string value) in environment)
        {
            if (name.StartsWith(MetaPrefix, StringComparison.Ordinal))
            {
                Set(name[MetaPrefix.Length..], value);
            }
            else if (name.StartsWith(MetaJsonPrefix, StringComparison.Ordinal))
            {
                metadata.Fields[name[MetaJsonPrefix.Length..]] = ParseValue(name, value);
            }
        }

        if (environment.TryGetValue("ISTIO_META_POD_PORTS", out string? ports) && ports.Length > 0)
        {
            metadata.Fields["POD_PORTS"] = ParseValue("ISTIO_META_POD_PORTS", ports);
        }

        Set("NAME", environment.GetValueOrDefault("POD_NAME"));
        Set("NAMESPACE", environment.GetValueOrDefault("POD_NAMESPACE"));
        Set("INSTANCE_IPS", environment.GetValueOrDefault("INSTANCE_IP"));
        Set("SERVICE_ACCOUNT", environment.GetValueOrDefault("SERVICE_ACCOUNT"));
        metadata.Fields.TryAdd("INTERCEPTION_MODE", Value.ForString("REDIRECT"));
        metadata.Fields.TryAdd("ISTIO_VERSION", Value.ForString(ProxyVersion.Number));
        metadata.Fields["LABELS"] = PodFile(readFile("/etc/istio/pod/labels"));
        metadata.Fields["ANNOTATIONS"] = PodFile(readFile("/etc/istio/pod/annotations"));
        metadata.Fields["PROXY_CONFIG"] = ParseValue("PROXY_CONFIG", config.ToJsonString());
        return metadata;
    }

    // Lines of the downward API: key="value" with Go's escapes.
    private static Value PodFile(string? text)
    {
        var values = new Struct();
        foreach (string line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                values.Fields[line[..equals]] = Value.ForString(Unquote(line[(equals + 1)..].Trim()));
            }
        }

        return Value.ForStruct(values);
    }

    private static string Unquote(string quoted)
    {
        try
        {
            return JsonNode.Parse(quoted)?.GetValue<string>() ?? "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return quoted.Trim('"');
        }
    }

    private static Value ParseValue(string variable, string json)
    {
        MessageSchema schema = ProtoSchema.Find("google.protobuf.Value") ?? throw new InvalidOperationException("Value is in no file");
        try
        {
            return Value.Parser.ParseFrom(ProtoJson.Encode(JsonNode.Parse(json), schema));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidProtocolBufferException)
        {
            throw new FormatException($"{variable} is not JSON: {e.Message}", e);
        }
    }
}
