namespace Lateen.CommandLine.Proxies;

using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>proxy-config bootstrap: who the proxy is; as JSON, all that it was started with.</summary>
internal static class BootstrapView
{
    public static DumpView Of(ConfigDump dump, string origin)
    {
        JsonObject section = dump.Bootstrap
            ?? throw new CommandFailure($"{origin} has no bootstrap", CommandTree.DataError);
        JsonNode? node = section.At("bootstrap", "node");
        return new DumpView
        {
            Header = ["FIELD", "VALUE"],
            Rows =
            [
                ["Node", node.TextAt("id")],
                ["Cluster", node.TextAt("cluster")],
                ["Istio Version", node.TextAt("metadata", "ISTIO_VERSION")],
                ["Namespace", node.TextAt("metadata", "NAMESPACE")],
                ["Revision", node.TextAt("metadata", "LABELS", "istio.io/rev") is { Length: > 0 } revision ? revision
                    : "default"],
                ["Proxy Version", Version(node)],
            ],
            Resources = [section],
            Names = [node.TextAt("id")],
        };
    }

    private static string Version(JsonNode? node)
    {
        JsonNode? version = node.At("user_agent_build_version", "version");
        string number = version is null
            ? node.TextAt("user_agent_version")
            : $"{version.NumberAt("major_number")}.{version.NumberAt("minor_number")}.{version.NumberAt("patch")}";
        return $"{node.TextAt("user_agent_name")} {number}".Trim();
    }
}
