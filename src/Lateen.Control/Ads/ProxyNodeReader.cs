namespace Lateen.Control.Ads;

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Names;
using Lateen.Control.Registry;

/// <summary>Reads how a proxy describes itself in the first request of its stream.</summary>
public static class ProxyNodeReader
{
    public static bool TryRead(Node? node, [NotNullWhen(true)] out ProxyNode? proxy, out string problem)
    {
        proxy = null;
        if (node is null || node.Id.Length == 0)
        {
            problem = "The first request of a stream must carry node.id (sidecar~IP~POD.NAMESPACE~NAMESPACE.svc.DOMAIN).";
            return false;
        }

        string[] parts = node.Id.Split('~');
        int dot = parts.Length == 4 ? parts[2].LastIndexOf('.') : -1;
        if (dot <= 0)
        {
            problem = $"node.id \"{node.Id}\" is not of the form TYPE~IP~POD.NAMESPACE~NAMESPACE.svc.DOMAIN.";
            return false;
        }

        if (parts[0] is not ("sidecar" or "router"))
        {
            problem = $"node.id \"{node.Id}\": type \"{parts[0]}\" is not served; known are sidecar and router.";
            return false;
        }

        Struct metadata = node.Metadata ?? new Struct();
        int suffix = parts[3].IndexOf(".svc.", StringComparison.Ordinal);
        proxy = new ProxyNode
        {
            Id = parts[2],
            Type = parts[0] == "router" ? ProxyType.Router : ProxyType.Sidecar,
            IpAddress = parts[1],
            Pod = parts[2][..dot],
            Namespace = Text(metadata, "NAMESPACE") is { Length: > 0 } ns ? ns : parts[2][(dot + 1)..],
            DomainSuffix = suffix >= 0 ? parts[3][(suffix + 5)..] : "cluster.local",
            Labels = Map(metadata, "LABELS"),
            PodPorts = Ports(metadata),
            WorkloadName = Text(metadata, "WORKLOAD_NAME"),
            ServiceAccount = Text(metadata, "SERVICE_ACCOUNT"),
            ClusterId = Text(metadata, "CLUSTER_ID") is { Length: > 0 } cluster ? cluster : "Kubernetes",
            Version = Text(metadata, "ISTIO_VERSION"),
            Generator = Text(metadata, "GENERATOR"),
            Locality = LocalityOf(node, Map(metadata, "LABELS")),
            DnsCapture = IsTrue(metadata, "DNS_CAPTURE"),
        };
        problem = "";
        return true;
    }

    private static Lateen.Api.Names.Locality LocalityOf(Node node, ValueMap<string, string> labels) =>
        node.Locality is { Region.Length: > 0 } told
            ? new Lateen.Api.Names.Locality(told.Region, told.Zone, told.SubZone)
            : WorkloadReader.LocalityOf(labels);

    private static bool IsTrue(Struct metadata, string key) =>
        metadata.Fields.TryGetValue(key, out Value? value)
        && (value.BoolValue || string.Equals(value.StringValue, "true", StringComparison.OrdinalIgnoreCase));

    private static string Text(Struct metadata, string key) =>
        metadata.Fields.TryGetValue(key, out Value? value) && value.KindCase == Value.KindOneofCase.StringValue
            ? value.StringValue
            : "";

    private static ValueMap<string, string> Map(Struct metadata, string key)
    {
        if (!metadata.Fields.TryGetValue(key, out Value? value) || value.KindCase != Value.KindOneofCase.StructValue)
        {
            return ValueMap<string, string>.Empty;
        }

        return value.StructValue.Fields
            .Where(field => field.Value.KindCase == Value.KindOneofCase.StringValue)
            .Select(field => KeyValuePair.Create(field.Key, field.Value.StringValue))
            .ToValueMap();
    }

    // POD_PORTS is a list of container ports; Istio's agent sends it as JSON inside a string, ours as it is.
    private static ValueMap<string, int> Ports(Struct metadata)
    {
        if (!metadata.Fields.TryGetValue("POD_PORTS", out Value? value))
        {
            return ValueMap<string, int>.Empty;
        }

        string text = value.KindCase is Value.KindOneofCase.ListValue ? value.ListValue.ToString() : value.StringValue;
        if (text.Length == 0)
        {
            return ValueMap<string, int>.Empty;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            Dictionary<string, int> ports = new(StringComparer.Ordinal);
            foreach (JsonElement port in document.RootElement.EnumerateArray())
            {
                int number = port.GetProperty("containerPort").GetInt32();
                string name = port.TryGetProperty("name", out JsonElement named) && named.GetString() is { Length: > 0 } given
                    ? given
                    : number.ToString(CultureInfo.InvariantCulture);
                ports[name] = number;
            }

            return ports.ToValueMap();
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            // Only named target ports need this list, and the pod itself, when known, has it too.
            return ValueMap<string, int>.Empty;
        }
    }
}
