namespace Lateen.Local.Runtime.Containers;

/// <summary>One mount of a volume into a container.</summary>
internal sealed record ContainerMount(string VolumeFolder, string SubPath, string Path, bool ReadOnly);

/// <summary>Everything needed to start a container's process, decided before the first system call.</summary>
internal sealed record ContainerPlan
{
    public required string Name { get; init; }

    /// <summary>
    /// A file that exists only in this container's root. Whatever enters a process's namespaces looks for it first: the process may
    /// still be on its way from the cluster's root into its own, or its number may meanwhile belong to another.
    /// </summary>
    public string Mark { get; } = "/.lateen-" + Guid.NewGuid().ToString("N");

    public required IReadOnlyList<string> Command { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    public required int User { get; init; }

    public required int Group { get; init; }

    public required IReadOnlyList<int> ExtraGroups { get; init; }

    /// <summary>Lower-case names without "cap_"; only ones that act inside the pod's own network namespace.</summary>
    public required IReadOnlyList<string> Capabilities { get; init; }

    public required bool ReadOnlyRoot { get; init; }

    public required IReadOnlyList<ContainerMount> Mounts { get; init; }

    /// <summary>Folders of the host that hold the image's program, shown read-only at the same path.</summary>
    public required IReadOnlyList<string> ProgramFolders { get; init; }

    public required IReadOnlyDictionary<string, string> Programs { get; init; }

    /// <summary>Descriptors of host sockets that the process inherits.</summary>
    public required IReadOnlyList<int> Descriptors { get; init; }

    /// <summary>
    /// The command with its program where this container has it: images keep theirs in /usr/bin too, which here is the machine's own.
    /// </summary>
    internal IReadOnlyList<string> Locate(IReadOnlyList<string> command)
    {
        string name = command.Count > 0 && Path.GetDirectoryName(command[0]) is "/usr/bin" or "/bin" ? Path.GetFileName(command[0]) : "";
        return Programs.ContainsKey(name) ? ["/usr/local/bin/" + name, .. command.Skip(1)] : command;
    }

    /// <summary>The part of the command line that gives up every privilege before the container's own program runs.</summary>
    internal List<string> DropPrivileges()
    {
        string added = string.Concat(Capabilities.Select(static capability => $",+{capability}"));
        List<string> words = ["setpriv", "--no-new-privs", $"--reuid={User}", $"--regid={Group}"];
        words.Add(ExtraGroups.Count == 0 ? "--clear-groups" : $"--groups={string.Join(',', ExtraGroups)}");
        words.AddRange([$"--inh-caps=-all{added}", $"--bounding-set=-all{added}", "--"]);
        return words;
    }
}
