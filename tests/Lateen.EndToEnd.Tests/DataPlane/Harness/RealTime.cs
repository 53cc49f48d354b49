namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Runtime.InteropServices;

/// <summary>Lets a thread that measures go before whatever else this machine does, the attackers of its own test included.</summary>
internal static class RealTime
{
    private const int Fifo = 1;

    /// <summary>sched_setscheduler(2) for the calling thread; without the right to it nothing changes, and figures carry the machine's noise.</summary>
    public static bool Enter()
    {
        int priority = 1;
        return SetScheduler(0, Fifo, ref priority) == 0;
    }

    [DllImport("libc", EntryPoint = "sched_setscheduler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetScheduler(int thread, int policy, ref int priority);
}
