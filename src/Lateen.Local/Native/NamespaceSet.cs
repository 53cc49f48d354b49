namespace Lateen.Local.Native;

/// <summary>
/// The network, UTS and IPC namespaces of one pod, kept alive by descriptors alone: no process and no mount point, so nothing can be
/// left behind when the cluster process dies.
/// </summary>
internal sealed class NamespaceSet : IDisposable
{
    private readonly int _network;
    private readonly int _hostName;
    private readonly int _ipc;

    private NamespaceSet(int network, int hostName, int ipc)
    {
        (_network, _hostName, _ipc) = (network, hostName, ipc);
    }

    /// <summary>A path of the network namespace that `ip link … netns PATH` accepts.</summary>
    internal string NetworkPath => $"/proc/{Environment.ProcessId}/fd/{_network}";

    internal static Task<NamespaceSet> CreateAsync(string hostName) => NamespaceThread.RunAsync(() =>
    {
        LinuxCalls.Check(LinuxCalls.Unshare(LinuxCalls.CloneNewNet | LinuxCalls.CloneNewUts | LinuxCalls.CloneNewIpc), "unshare");
        LinuxCalls.Check(LinuxCalls.SetHostName(hostName, System.Text.Encoding.UTF8.GetByteCount(hostName)), "sethostname");
        return new NamespaceSet(Open("net"), Open("uts"), Open("ipc"));
    });

    /// <summary>Moves the calling thread, which must be one of <see cref="NamespaceThread"/>, into all of them.</summary>
    internal void Enter()
    {
        LinuxCalls.Check(LinuxCalls.SetNamespace(_network, LinuxCalls.CloneNewNet), "setns net");
        LinuxCalls.Check(LinuxCalls.SetNamespace(_hostName, LinuxCalls.CloneNewUts), "setns uts");
        LinuxCalls.Check(LinuxCalls.SetNamespace(_ipc, LinuxCalls.CloneNewIpc), "setns ipc");
    }

    public void Dispose()
    {
        _ = LinuxCalls.Close(_network);
        _ = LinuxCalls.Close(_hostName);
        _ = LinuxCalls.Close(_ipc);
    }

    private static int Open(string kind) =>
        LinuxCalls.Check(LinuxCalls.Open($"/proc/thread-self/ns/{kind}", LinuxCalls.OpenReadOnly | LinuxCalls.OpenCloseOnExec), kind);
}
