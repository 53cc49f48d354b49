namespace Lateen.Local.Native;

using System.ComponentModel;
using System.Runtime.InteropServices;

/// <summary>
/// Builds a root file system below one directory of the calling thread's own mount namespace. Every path is walked component by
/// component without following links: a link that a pod planted in a shared volume must never lead a mount out of the tree.
/// </summary>
internal sealed class MountTree(string root)
{
    private const int PathFlags = LinuxCalls.OpenPathOnly | LinuxCalls.OpenCloseOnExec;

    internal string Root { get; } = root;

    internal void Temporary(string path, string options, bool executable = true)
    {
        ulong flags = LinuxCalls.MountNoSuid | LinuxCalls.MountNoDev | (executable ? 0 : LinuxCalls.MountNoExec);
        At(path, directory: true, fd => MountOn(fd, "lateen", "tmpfs", flags, options, path));
    }

    internal void Terminals(string path) =>
        At(path, directory: true, fd => MountOn(fd, "devpts", "devpts", LinuxCalls.MountNoSuid | LinuxCalls.MountNoExec,
            "newinstance,ptmxmode=0666,mode=0620", path));

    /// <summary>Shows a host path the runtime itself chose (links in it are the host's own and are followed).</summary>
    internal void Bind(string source, string path, bool readOnly, bool devices = false)
    {
        int from = LinuxCalls.Check(LinuxCalls.Open(source, PathFlags), $"open {source}");
        try
        {
            Bind(from, Directory.Exists(source), path, readOnly, devices);
        }
        finally
        {
            _ = LinuxCalls.Close(from);
        }
    }

    /// <summary>Shows a part of a volume whose content the pod controls: no link is followed below the volume.</summary>
    internal void BindBelow(string volume, string subPath, string path, bool readOnly)
    {
        bool directory = !File.Exists(Path.Combine(volume, subPath));
        int from = Walk(volume, subPath, directory, create: directory);
        try
        {
            Bind(from, directory, path, readOnly, devices: false);
        }
        finally
        {
            _ = LinuxCalls.Close(from);
        }
    }

    internal void MakeDirectory(string path) => At(path, directory: true, static _ => { });

    internal void MakeReadOnly(string path) => At(path, directory: true, fd => Remount(fd, LinuxCalls.MountReadOnly | LinuxCalls.MountNoSuid
        | LinuxCalls.MountNoDev, path));

    private void Bind(int from, bool directory, string path, bool readOnly, bool devices)
    {
        At(path, directory, to => LinuxCalls.Check(LinuxCalls.Mount(Name(from), Name(to), null, (nuint)LinuxCalls.MountBind, null),
            $"bind {path}"));
        ulong flags = LinuxCalls.MountNoSuid | (devices ? 0 : LinuxCalls.MountNoDev) | (readOnly ? LinuxCalls.MountReadOnly : 0);
        // mount(2): the flags of a bind mount take effect only in a remount of the new mount, so the path is opened again.
        At(path, directory, to => Remount(to, flags, path));
    }

    private static void Remount(int descriptor, ulong flags, string path) =>
        MountOn(descriptor, null, null, LinuxCalls.MountRemount | LinuxCalls.MountBind | flags, null, path);

    private static void MountOn(int descriptor, string? source, string? type, ulong flags, string? options, string path) =>
        LinuxCalls.Check(LinuxCalls.Mount(source, Name(descriptor), type, (nuint)flags, options), $"mount {path}");

    private void At(string path, bool directory, Action<int> use)
    {
        int descriptor = Walk(Root, path, directory, create: true);
        try
        {
            use(descriptor);
        }
        finally
        {
            _ = LinuxCalls.Close(descriptor);
        }
    }

    private static string Name(int descriptor) => $"/proc/self/fd/{descriptor}";

    private static int Walk(string start, string path, bool directory, bool create)
    {
        int current = LinuxCalls.Check(LinuxCalls.Open(start, PathFlags | LinuxCalls.OpenDirectory), $"open {start}");
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i] is "." or "..")
            {
                _ = LinuxCalls.Close(current);
                throw new ArgumentException($"The path '{path}' must not contain '.' or '..'.");
            }

            int next = Step(current, parts[i], directory || i < parts.Length - 1, create);
            int error = Marshal.GetLastPInvokeError();
            _ = LinuxCalls.Close(current);
            if (next < 0)
            {
                throw new Win32Exception(error, $"The path '{path}' cannot be used at '{parts[i]}' (links are not followed): "
                    + Marshal.GetPInvokeErrorMessage(error));
            }

            current = next;
        }

        return current;
    }

    private static int Step(int current, string name, bool directory, bool create)
    {
        const int noEntry = 2, createFile = 0x40;
        int flags = PathFlags | LinuxCalls.OpenNoFollow | (directory ? LinuxCalls.OpenDirectory : 0);
        int next = LinuxCalls.OpenAt(current, name, flags, 0);
        if (next >= 0 || Marshal.GetLastPInvokeError() != noEntry || !create)
        {
            return next;
        }

        if (directory)
        {
            _ = LinuxCalls.MakeDirectoryAt(current, name, 0x1ED);
        }
        else
        {
            int made = LinuxCalls.OpenAt(current, name, createFile | LinuxCalls.OpenReadWrite | LinuxCalls.OpenCloseOnExec
                | LinuxCalls.OpenNoFollow, 0x1A4);
            _ = made >= 0 ? LinuxCalls.Close(made) : 0;
        }

        return LinuxCalls.OpenAt(current, name, flags, 0);
    }
}
