namespace Lateen.Local.Runtime.Containers;

using System.Text.Json.Nodes;
using Lateen.Local.Images;
using Lateen.Local.Runtime.Pods;

/// <summary>Turns a container of a pod's spec into a plan.</summary>
internal static class ContainerPlanner
{
    private static readonly string[] AllowedCapabilities = ["net_admin", "net_raw", "net_bind_service"];

    internal static ContainerPlan Plan(RuntimeContext context, JsonObject pod, JsonObject container, ImageEntry image, string podIp,
        string volumesFolder, IReadOnlyDictionary<int, IReadOnlyList<int>> hostSockets)
    {
        Dictionary<string, string> variables = new ContainerEnvironment(context, pod, podIp).Compute(container, image.Environment);
        List<int> descriptors = [.. hostSockets.SelectMany(static pair => pair.Value)];
        if (descriptors.Count > 0)
        {
            variables["LATEEN_LISTEN_FDS"] = string.Join(';', hostSockets.Select(static pair => $"{pair.Key}={string.Join(',', pair.Value)}"));
        }

        if (image.Programs.ContainsKey("pilot-discovery"))
        {
            variables["DOTNET_ROOT"] = context.Root.DotnetFolder;
        }

        List<string> command = [.. container.Texts("command").Select(word => ContainerEnvironment.Expand(word, variables))];
        List<string> arguments = [.. container.Texts("args").Select(word => ContainerEnvironment.Expand(word, variables))];
        List<string> words = command.Count > 0 ? [.. command, .. arguments]
            : [.. image.Command, .. arguments.Count > 0 ? arguments : image.Arguments];
        JsonNode? own = container.At("securityContext");
        JsonNode? shared = pod.At("spec", "securityContext");
        bool notRoot = own.Flag("runAsNonRoot") || shared.Flag("runAsNonRoot");
        int user = (int)(own.Number("runAsUser") ?? shared.Number("runAsUser") ?? (notRoot && image.User == 0 ? 65532 : image.User));
        int group = (int)(own.Number("runAsGroup") ?? shared.Number("runAsGroup") ?? (image.User == user ? image.User : 0));
        return new ContainerPlan
        {
            Name = container.Text("name") ?? "",
            Command = words.Count > 0 ? words : throw new ContainerConfigException("no command specified"),
            Environment = [.. variables],
            WorkingDirectory = container.Text("workingDir") is { Length: > 0 } folder ? folder : image.WorkingDirectory,
            User = user,
            Group = group,
            ExtraGroups = ExtraGroups(shared),
            Capabilities = Capabilities(own),
            ReadOnlyRoot = own.Flag("readOnlyRootFilesystem"),
            Mounts = Mounts(pod, container, variables, volumesFolder),
            ProgramFolders = ProgramFolders(image),
            Programs = image.Programs,
            Descriptors = descriptors,
        };
    }

    private static List<int> ExtraGroups(JsonNode? security)
    {
        List<int> groups = [];
        if (security.Number("fsGroup") is { } owner)
        {
            groups.Add((int)owner);
        }

        if (security.At("supplementalGroups") is JsonArray more)
        {
            groups.AddRange(more.Select(static group => (int)(group.Number() ?? 0)));
        }

        return groups;
    }

    private static List<string> Capabilities(JsonNode? security)
    {
        List<string> capabilities = [];
        foreach (string name in security.Texts("capabilities", "add"))
        {
            string plain = name.ToLowerInvariant();
            plain = plain.StartsWith("cap_", StringComparison.Ordinal) ? plain[4..] : plain;
            if (AllowedCapabilities.Contains(plain))
            {
                capabilities.Add(plain);
            }
        }

        return capabilities;
    }

    private static List<ContainerMount> Mounts(JsonObject pod, JsonObject container, Dictionary<string, string> variables,
        string volumesFolder)
    {
        List<ContainerMount> mounts = [];
        foreach (JsonObject mount in container.Items("volumeMounts"))
        {
            string path = mount.Text("mountPath") ?? "";
            if (ContainerRoot.Refusal(path) is { } refusal)
            {
                throw new ContainerConfigException(refusal);
            }

            string subPath = mount.Text("subPath") ?? ContainerEnvironment.Expand(mount.Text("subPathExpr") ?? "", variables);
            mounts.Add(new ContainerMount(NodeFolders.FolderOf(pod, mount.Text("name"), volumesFolder), subPath, path, mount.Flag("readOnly")));
        }

        return mounts;
    }

    // A program added by `lateen image add` may stand outside /usr; its folder is shown where it is.
    private static List<string> ProgramFolders(ImageEntry image)
    {
        string program = image.Command.Count > 0 ? image.Command[0] : "";
        string[] present = ["/usr/", "/bin/", "/sbin/", "/lib", "/opt/lateen/"];
        return program.Length == 0 || present.Any(folder => program.StartsWith(folder, StringComparison.Ordinal))
            || Path.GetDirectoryName(program) is not { Length: > 1 } parent ? [] : [parent];
    }
}
