namespace Lateen.Local.Native;

using System.ComponentModel;
using System.Runtime.InteropServices;

/// <summary>The system calls that namespaces, mounts and passed descriptors need (section 2 of the manual).</summary>
internal static partial class LinuxCalls
{
    internal const int CloneFs = 0x200, CloneNewNs = 0x20000, CloneNewUts = 0x4000000, CloneNewIpc = 0x8000000, CloneNewNet = 0x40000000;
    internal const ulong MountReadOnly = 1, MountNoSuid = 2, MountNoDev = 4, MountNoExec = 8, MountRemount = 32, MountBind = 4096,
        MountRecursive = 16384, MountPrivate = 1 << 18;

    internal const int OpenReadOnly = 0, OpenReadWrite = 2, OpenNoTerminal = 0x100, OpenCloseOnExec = 0x80000, OpenPathOnly = 0x200000;
    internal const int GetDescriptorFlags = 1, SetDescriptorFlags = 2, DuplicateFrom = 0, CloseOnExecFlag = 1;
    internal const int SignalTerminate = 15, SignalKill = 9;
    internal const int ErrorExists = 17, ErrorNoSuchProcess = 3, ErrorInterrupted = 4;
    internal const int SolIp = 0, OriginalDestination = 80;

    internal static int OpenDirectory => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    internal static int OpenNoFollow => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    internal static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    internal static partial int SetNamespace(int descriptor, int kind);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Mount(string? source, string target, string? type, nuint flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int OpenAt(int directory, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MakeDirectoryAt(int directory, string path, int mode);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "sethostname", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetHostName(string name, nint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    internal static unsafe partial int SocketPair(int domain, int type, int protocol, int* descriptors);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    internal static unsafe partial nint SendMessage(int socket, void* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    internal static unsafe partial nint ReceiveMessage(int socket, void* message, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static unsafe partial int DeviceControl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    internal static unsafe partial int GetSocketOption(int socket, int level, int name, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(int socket, int how);

    /// <summary>Turns a -1 into an exception that says what was tried.</summary>
    internal static int Check(int result, string what)
    {
        if (result >= 0)
        {
            return result;
        }

        int error = Marshal.GetLastPInvokeError();
        throw new Win32Exception(error, $"{what}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    internal static void SetCloseOnExec(int descriptor, bool value) =>
        Check(Control(descriptor, SetDescriptorFlags, value ? CloseOnExecFlag : 0), "fcntl F_SETFD");
}
