namespace Lateen.Local.Runtime.Pods;

using System.Text.Json.Nodes;

/// <summary>
/// The two folders of the node that a network agent may mount by hostPath: where CNI plugins and their configuration are. They are
/// folders of the cluster's private /run, never the machine's own, and only pods of the system namespaces may have them.
/// </summary>
internal static class NodeFolders
{
    internal const string Root = "/run/lateen/node";
    internal const string Configuration = "/etc/cni/net.d";
    private const string Programs = "/opt/cni/bin";

    private static readonly string[] Namespaces = ["istio-system", "kube-system"];

    internal static bool MayMount(JsonObject pod, JsonObject volume) =>
        Namespaces.Contains(pod.Namespace()) && volume.Text("hostPath", "path")?.TrimEnd('/') is Programs or Configuration;

    /// <summary>Where a volume's files are: below the pod's own folder, or the node's folder for a permitted hostPath.</summary>
    internal static string FolderOf(JsonObject pod, string? volumeName, string volumesFolder)
    {
        JsonObject? volume = pod.Items("spec", "volumes").FirstOrDefault(v => v.Text("name") == volumeName);
        return volume?.Text("hostPath", "path") is { } path && MayMount(pod, volume)
            ? Root + path.TrimEnd('/') : Path.Combine(volumesFolder, volumeName ?? "");
    }

    /// <summary>Makes the folders, with the cluster's own network as the first of the chain.</summary>
    internal static void Create()
    {
        Directory.CreateDirectory(Root + Programs);
        Directory.CreateDirectory(Root + Configuration);
        File.WriteAllText(Path.Combine(Root + Configuration, "10-lateen.conflist"),
            """{"cniVersion":"1.0.0","name":"lateen","plugins":[{"type":"lateen"}]}""");
    }
}
