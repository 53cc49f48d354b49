namespace Lateen.Local.ApiServer.Tables;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>Columns of nodes.</summary>
internal static class NodePrinter
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static readonly TablePrinter Printer = new(
        [
            new("Name", Format: "name"), new("Status"), new("Roles"), new("Age"), new("Version"), new("Internal-IP", Priority: 1),
            new("External-IP", Priority: 1), new("OS-Image", Priority: 1), new("Kernel-Version", Priority: 1),
            new("Container-Runtime", Priority: 1),
        ],
        Cells);

    private static JsonArray Cells(JsonObject node, DateTimeOffset now)
    {
        JsonObject? ready = node.Arr("status", "conditions").Objects()
            .FirstOrDefault(condition => condition.Str("type") == "Ready");
        string status = ready.Str("status") switch { "True" => "Ready", "False" => "NotReady", _ => "Unknown" };
        string disabled = node.Bool("spec", "unschedulable") ? ",SchedulingDisabled" : "";
        var roles = (node.Obj("metadata", "labels") ?? []).Select(pair => pair.Key)
            .Where(key => key.StartsWith(RolePrefix, StringComparison.Ordinal)).Select(key => key[RolePrefix.Length..]).ToList();
        JsonObject? info = node.Obj("status", "nodeInfo");
        return
        [
            node.Name(), status + disabled, roles.Count == 0 ? "<none>" : string.Join(",", roles), TablePrinters.Age(node, now),
            info.Str("kubeletVersion"), Address(node, "InternalIP"), Address(node, "ExternalIP"),
                info.Str("osImage") ?? "<unknown>",
            info.Str("kernelVersion") ?? "<unknown>", info.Str("containerRuntimeVersion") ?? "<unknown>",
        ];
    }

    private static string Address(JsonObject node, string type)
    {
        return node.Arr("status", "addresses").Objects().FirstOrDefault(address =>
            address.Str("type") == type).Str("address") ?? "<none>";
    }
}
