namespace Lateen.Local.Runtime.Containers;

using Lateen.Local.Native;

/// <summary>What a pod's containers see of the machine, the same for all.</summary>
internal sealed record RootTemplate(string Artifacts, string DotnetFolder, string StateFolder);

/// <summary>
/// Builds a container's root on the calling thread's own mounts: a read-only tmpfs with read-only binds of the host's programs. The
/// root itself must be read-only: `exec` enters it with privileges before it drops them, so nobody inside may plant an ld.so.preload.
/// </summary>
internal static class ContainerRoot
{
    /// <summary>An empty folder of the cluster's private /run; each container mounts over it in its own mount namespace.</summary>
    internal const string Folder = "/run/lateen/root";

    private static readonly string[] SharedEtc = ["nsswitch.conf", "passwd", "group", "ld.so.cache", "ld.so.conf", "ld.so.conf.d",
        "alternatives", "protocols", "services", "localtime", "ssl/certs", "ssl/openssl.cnf", "ca-certificates", "pki/tls/certs",
        "pki/ca-trust/extracted", "iproute2", "xtables", "ethertypes", "mime.types", "os-release", "crypto-policies"];

    private static readonly string[] Devices = ["null", "zero", "full", "random", "urandom", "tty"];

    /// <summary>Mount paths that would let a pod replace a program or library that still runs with privileges.</summary>
    private static readonly string[] Protected = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/usr/bin", "/usr/sbin",
        "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32", "/proc", "/sys", "/dev", "/opt/lateen", "/etc/ld.so.preload",
        "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives"];

    private static readonly string[] ProtectedExactly = ["/", "/etc", "/usr", "/usr/local", "/opt", "/run", "/var"];

    /// <summary>Says why a volume cannot be mounted there, or null.</summary>
    internal static string? Refusal(string mountPath)
    {
        string path = Canonical(mountPath);
        bool refused = path.Split('/').Any(static part => part is "." or "..") || !path.StartsWith('/')
            || ProtectedExactly.Contains(path)
            || Protected.Any(folder => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal));
        return refused && !path.StartsWith("/dev/shm", StringComparison.Ordinal)
            ? $"a volume cannot be mounted at {mountPath}: the local cluster keeps the machine's programs and devices there" : null;
    }

    internal static void Build(ContainerPlan plan, RootTemplate template, string podEtc)
    {
        MountTree tree = new(Folder);
        // Mounted by name, not through the tree: the tree's walk starts at this mount.
        LinuxCalls.Check(LinuxCalls.Mount("lateen", Folder, "tmpfs", (nuint)(LinuxCalls.MountNoSuid | LinuxCalls.MountNoDev),
            "mode=755,size=16m"), "mount the root");
        BindPrograms(tree, plan, template);
        BindEtc(tree, podEtc);
        MakeDevices(tree);
        tree.MakeDirectory("/proc");
        tree.MakeDirectory("/sys");
        if (plan.ReadOnlyRoot)
        {
            tree.MakeDirectory("/tmp");
            tree.MakeDirectory("/run");
            tree.MakeDirectory("/var");
        }
        else
        {
            tree.Temporary("/tmp", "mode=1777,size=512m");
            tree.Temporary("/run", "mode=755,size=64m");
            tree.Temporary("/var", "mode=755,size=256m");
            tree.MakeDirectory("/var/log");
            tree.MakeDirectory("/var/lib");
            tree.MakeDirectory("/var/cache");
            tree.MakeDirectory("/var/tmp");
        }

        Link("/var/run", "../run");
        foreach (ContainerMount mount in plan.Mounts.OrderBy(static mount => mount.Path.Count(static c => c == '/')))
        {
            tree.BindBelow(mount.VolumeFolder, mount.SubPath, Canonical(mount.Path), mount.ReadOnly);
        }

        if (plan.WorkingDirectory is { Length: > 1 } folder && !Directory.Exists(Folder + folder))
        {
            tree.MakeDirectory(Canonical(folder));
        }

        File.WriteAllText(Folder + plan.Mark, "");
        tree.MakeReadOnly("/");
    }

    /// <summary>/var/run is a link to /run, and no link is followed when mounting.</summary>
    private static string Canonical(string path)
    {
        string plain = "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));
        return plain == "/var/run" || plain.StartsWith("/var/run/", StringComparison.Ordinal) ? plain[4..] : plain;
    }

    private static void BindPrograms(MountTree tree, ContainerPlan plan, RootTemplate template)
    {
        tree.Bind("/usr", "/usr", readOnly: true);
        foreach (string name in new[] { "bin", "sbin", "lib", "lib32", "lib64", "libx32" })
        {
            FileSystemInfo folder = new DirectoryInfo("/" + name);
            if (folder.LinkTarget is { } target)
            {
                Link("/" + name, target);
            }
            else if (folder.Exists)
            {
                tree.Bind("/" + name, "/" + name, readOnly: true);
            }
        }

        if (Directory.Exists(template.Artifacts))
        {
            tree.Bind(template.Artifacts, "/opt/lateen", readOnly: true);
        }

        foreach (string folder in plan.ProgramFolders.Prepend(template.DotnetFolder))
        {
            if (!folder.StartsWith("/usr/", StringComparison.Ordinal) && Directory.Exists(folder))
            {
                tree.Bind(folder, folder, readOnly: true);
            }
        }

        if (plan.Programs.Count > 0 && Directory.Exists("/usr/local/bin"))
        {
            tree.Temporary("/usr/local/bin", "mode=755,size=64k");
            foreach ((string name, string target) in plan.Programs)
            {
                Link("/usr/local/bin/" + name, target);
            }

            tree.MakeReadOnly("/usr/local/bin");
        }
    }

    private static void BindEtc(MountTree tree, string podEtc)
    {
        foreach (string name in SharedEtc)
        {
            if (Path.Exists("/etc/" + name))
            {
                tree.Bind("/etc/" + name, "/etc/" + name, readOnly: true);
            }
        }

        foreach (string name in new[] { "hosts", "hostname", "resolv.conf" })
        {
            tree.Bind(Path.Combine(podEtc, name), "/etc/" + name, readOnly: true);
        }
    }

    private static void MakeDevices(MountTree tree)
    {
        tree.Temporary("/dev", "mode=755,size=64k", executable: false);
        foreach (string name in Devices)
        {
            tree.Bind("/dev/" + name, "/dev/" + name, readOnly: false, devices: true);
        }

        tree.Terminals("/dev/pts");
        tree.Temporary("/dev/shm", "mode=1777,size=64m", executable: false);
        Link("/dev/ptmx", "pts/ptmx");
        Link("/dev/fd", "/proc/self/fd");
        Link("/dev/stdin", "/proc/self/fd/0");
        Link("/dev/stdout", "/proc/self/fd/1");
        Link("/dev/stderr", "/proc/self/fd/2");
    }

    private static void Link(string path, string target) => File.CreateSymbolicLink(Folder + path, target);
}
