namespace Lateen.CommandLine.Proxies;

using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>The object a resource was made from, as the control plane wrote it into filter_metadata.istio.config.</summary>
internal static class OriginObject
{
    /// <summary>NAME.NAMESPACE out of /apis/GROUP/VERSION/namespaces/NAMESPACE/KIND/NAME; empty where there is none.</summary>
    public static string Of(JsonNode? resource)
    {
        string[] parts = resource.TextAt("metadata", "filter_metadata", "istio", "config").Split('/');
        int at = Array.IndexOf(parts, "namespaces");
        return at >= 0 && parts.Length > at + 3 ? $"{parts[at + 3]}.{parts[at + 1]}" : "";
    }
}
