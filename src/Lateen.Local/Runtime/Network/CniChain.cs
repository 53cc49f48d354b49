namespace Lateen.Local.Runtime.Network;

using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lateen.Local.Native;
using Lateen.Local.Runtime.Pods;

/// <summary>
/// Calls the mesh's CNI plugin for a new pod, as a container runtime does, when the node's configuration names it. The program is
/// always this installation's own: what a pod wrote into the node's folder is never executed.
/// </summary>
internal static class CniChain
{
    private const string Plugin = "istio-cni";
    private const string AnnotationsCapability = "io.kubernetes.cri.pod-annotations";
    private const int LargestConfiguration = 64 * 1024;

    /// <exception cref="InvalidOperationException">The plugin refused; the message is its own.</exception>
    internal static async Task AddAsync(JsonObject pod, NamespaceSet namespaces, string artifacts)
    {
        if (Configuration() is not { } plugin)
        {
            return;
        }

        plugin["cniVersion"] = "1.0.0";
        plugin["name"] = "lateen";
        plugin["prevResult"] = new JsonObject { ["cniVersion"] = "1.0.0" };
        plugin["runtimeConfig"] = new JsonObject
        {
            [AnnotationsCapability] = pod.At("metadata", "annotations")?.DeepClone() ?? new JsonObject(),
        };
        ProcessStartInfo start = new(Path.Combine(artifacts, "bin", "lateen-proxy"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["CNI_COMMAND"] = "ADD";
        start.Environment["CNI_NETNS"] = namespaces.NetworkPath;
        start.Environment["CNI_IFNAME"] = "eth0";
        start.Environment["CNI_CONTAINERID"] = pod.Uid();
        start.Environment["CNI_ARGS"] = $"IgnoreUnknown=1;K8S_POD_NAMESPACE={pod.Namespace()};K8S_POD_NAME={pod.Name()}";
        Process? started;
        lock (Tool.Starting)
        {
            started = Process.Start(start);
        }

        using Process process = started ?? throw new InvalidOperationException("the CNI plugin did not start");
        await process.StandardInput.WriteAsync(plugin.ToJsonString()).ConfigureAwait(false);
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"CNI plugin {Plugin} failed: {output.Trim()}");
        }
    }

    private static JsonObject? Configuration()
    {
        string folder = NodeFolders.Root + NodeFolders.Configuration;
        string? first = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.conflist").Order(StringComparer.Ordinal).FirstOrDefault() : null;
        if (first is null || new FileInfo(first) is not { LinkTarget: null, Length: <= LargestConfiguration })
        {
            return null;
        }

        try
        {
            return (JsonNode.Parse(File.ReadAllText(first))?["plugins"] as JsonArray ?? [])
                .OfType<JsonObject>().FirstOrDefault(p => p["type"]?.ToString() == Plugin)?.DeepClone() as JsonObject;
        }
        catch (JsonException)
        {
            throw new InvalidOperationException($"the node's network configuration {Path.GetFileName(first)} is not JSON");
        }
    }
}
