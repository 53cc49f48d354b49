namespace Lateen.Local.Runtime.Containers;

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

/// <summary>Values of the downward API: fieldRef and resourceFieldRef, in variables and in volumes.</summary>
internal static class FieldValues
{
    internal static string Field(JsonObject pod, string podIp, string path)
    {
        int bracket = path.IndexOf("['", StringComparison.Ordinal);
        if (bracket > 0 && path.EndsWith("']", StringComparison.Ordinal))
        {
            string map = path[..bracket];
            return pod.Text([.. map.Split('.'), path[(bracket + 2)..^2]]) ?? "";
        }

        return path switch
        {
            "metadata.labels" or "metadata.annotations" => Lines(pod.Pairs(path.Split('.'))),
            "status.podIP" or "status.podIPs" => podIp,
            "status.hostIP" or "status.hostIPs" => Network.ClusterAddresses.HostIp,
            "spec.serviceAccountName" => pod.Text("spec", "serviceAccountName") ?? "default",
            "spec.nodeName" => pod.Text("spec", "nodeName") ?? "lateen",
            "metadata.name" or "metadata.namespace" or "metadata.uid" => pod.Text(path.Split('.')) ?? "",
            _ => throw new ArgumentException($"unsupported fieldPath \"{path}\""),
        };
    }

    internal static string Resource(JsonObject container, string resource, string? divisor)
    {
        string[] parts = resource.Split('.', 2);
        if (parts.Length != 2 || parts[0] is not ("limits" or "requests"))
        {
            throw new ArgumentException($"unsupported resource \"{resource}\"");
        }

        // Without a limit a container may use the whole machine (Kubernetes: the node's allocatable).
        decimal value = container.At("resources", parts[0], parts[1])?.ToString() is { Length: > 0 } text ? Quantity(text)
            : parts[1] == "cpu" ? Environment.ProcessorCount : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        decimal unit = string.IsNullOrEmpty(divisor) || divisor == "0" ? 1 : Quantity(divisor);
        return Math.Ceiling(value / unit).ToString(CultureInfo.InvariantCulture);
    }

    private static decimal Quantity(string text)
    {
        (string Suffix, decimal Factor)[] units = [("Ki", 1024m), ("Mi", 1048576m), ("Gi", 1073741824m), ("Ti", 1099511627776m),
            ("m", 0.001m), ("k", 1000m), ("M", 1000000m), ("G", 1000000000m), ("T", 1000000000000m)];
        foreach ((string suffix, decimal factor) in units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                return decimal.Parse(text[..^suffix.Length], CultureInfo.InvariantCulture) * factor;
            }
        }

        return decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    // The downward API's file format: key="value" a line, the value quoted as in Go.
    private static string Lines(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        StringBuilder lines = new();
        foreach ((string key, string value) in pairs.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            string quoted = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);
            lines.Append(lines.Length > 0 ? "\n" : "").Append(key).Append("=\"").Append(quoted).Append('"');
        }

        return lines.ToString();
    }
}
