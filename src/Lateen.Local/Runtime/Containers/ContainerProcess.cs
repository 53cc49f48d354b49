namespace Lateen.Local.Runtime.Containers;

using System.Diagnostics;
using System.Globalization;
using Lateen.Local.Native;
using Lateen.Local.Runtime.Network;

/// <summary>
/// A container's running process: a waiting shell in the cluster, and below it the first process of a new PID namespace, with which
/// everything it ever started ends.
/// </summary>
internal sealed class ContainerProcess : IDisposable
{
    // The first process of the new PID namespace: mounts its own /proc, moves into the root and detaches the old one, then gives up
    // all privileges. Programs before `cd` come from the cluster's root, those after it from the container's, which is read-only.
    private const string Enter = """
        set -e
        root=$1 owner=$2 folder=$3
        shift 3
        mount -t proc -o ro,nosuid,nodev,noexec proc "$root/proc"
        [ "$owner" = 0 ] || chown "$owner" /proc/self/fd/1 /proc/self/fd/2
        cd "$root"
        pivot_root . .
        umount -l .
        cd "$folder"
        exec "$@"
        """;

    // `unshare --fork` of util-linux 2.38 loses the signal a child died of, so a shell forks the first process of the namespace and
    // reports 128 + signal. Its own remarks ("Killed") must not reach the container's log.
    private const string Outer = """
        exec 3>&2 2>/dev/null
        ("$@" 2>&3 3>&-)
        exit $?
        """;

    private readonly Process _outer;

    private ContainerProcess(Process outer)
    {
        _outer = outer;
    }

    internal Stream Output => _outer.StandardOutput.BaseStream;

    internal Stream Error => _outer.StandardError.BaseStream;

    internal Stream Input => _outer.StandardInput.BaseStream;

    internal DateTimeOffset Started { get; } = DateTimeOffset.UtcNow;

    /// <summary>Also true once disposed of, which happens at its end, perhaps while somebody else is about to stop it.</summary>
    internal bool HasExited
    {
        get
        {
            try
            {
                return _outer.HasExited;
            }
            catch (InvalidOperationException)
            {
                return true;
            }
        }
    }

    /// <summary>The process's number in the cluster, or null before it exists or after it ended.</summary>
    internal int? Number
    {
        get
        {
            try
            {
                string children = File.ReadAllText($"/proc/{_outer.Id}/task/{_outer.Id}/children");
                int end = children.IndexOf(' ');
                return end > 0 ? int.Parse(children[..end], CultureInfo.InvariantCulture) : null;
            }
            catch (Exception failure) when (failure is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// The same number once the process is in its own root without privileges (setpriv sets no_new_privs last); programs may be
    /// started beside it from then on.
    /// </summary>
    internal int? Entered => Number is { } process && StatusHas(process, "NoNewPrivs:\t1") ? process : null;

    /// <summary>Waits until the process has left the cluster's root, or has ended.</summary>
    internal async Task WaitUntilEnteredAsync()
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(3));
        while (!HasExited && Entered is null)
        {
            await timer.WaitForNextTickAsync().ConfigureAwait(false);
        }
    }

    internal static Task<ContainerProcess> StartAsync(ContainerPlan plan, NamespaceSet pod, RootTemplate template, string podEtc) =>
        NamespaceThread.RunAsync(() =>
        {
            NamespaceThread.OwnMounts();
            pod.Enter();
            ContainerRoot.Build(plan, template, podEtc);
            ProcessStartInfo start = new("unshare", ["--pid", "--", "/bin/sh", "-c", Outer, "outer",
                "/bin/sh", "-c", Enter, "container",
                ContainerRoot.Folder, plan.User.ToString(CultureInfo.InvariantCulture), plan.WorkingDirectory,
                .. plan.DropPrivileges(), .. EnvironmentCommand(plan.Environment), .. plan.Locate(plan.Command)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            OwnEnvironment(start);
            return new ContainerProcess(StartWith(start, plan.Descriptors));
        });

    /// <summary>`env` sets the container's variables only after the privileges are gone: a pod's LD_PRELOAD must not act before.</summary>
    internal static IEnumerable<string> EnvironmentCommand(IEnumerable<KeyValuePair<string, string>> environment) =>
        ["env", "-i", "--", .. environment.Select(static pair => $"{pair.Key}={pair.Value}")];

    internal static void OwnEnvironment(ProcessStartInfo start)
    {
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
    }

    internal Task WaitAsync(CancellationToken cancel) => _outer.WaitForExitAsync(cancel);

    internal int ExitCode => _outer.ExitCode;

    /// <summary>
    /// Sends SIGTERM. The kernel hides it from the first process of a PID namespace that has no handler for it (pid_namespaces(7)), so
    /// for such a one (`sleep`) the default action, to end, is done here.
    /// </summary>
    /// <returns>True when the process was ended by force.</returns>
    internal bool Terminate()
    {
        if (Number is not { } process)
        {
            return false;
        }

        if (HandlesTerminate(process))
        {
            _ = LinuxCalls.Kill(process, LinuxCalls.SignalTerminate);
            return false;
        }

        _ = LinuxCalls.Kill(process, LinuxCalls.SignalKill);
        return true;
    }

    internal void Kill()
    {
        if (Number is { } process)
        {
            _ = LinuxCalls.Kill(process, LinuxCalls.SignalKill);
        }
        else if (!HasExited)
        {
            try
            {
                _outer.Kill();
            }
            catch (InvalidOperationException)
            {
                // It ended and was disposed of between the two lines.
                return;
            }
        }
    }

    public void Dispose()
    {
        if (!HasExited)
        {
            Kill();
        }

        _outer.Dispose();
    }

    private static Process StartWith(ProcessStartInfo start, IReadOnlyList<int> descriptors)
    {
        lock (Tool.Starting)
        {
            foreach (int descriptor in descriptors)
            {
                LinuxCalls.SetCloseOnExec(descriptor, false);
            }

            try
            {
                return Process.Start(start) ?? throw new InvalidOperationException("unshare could not be started.");
            }
            finally
            {
                foreach (int descriptor in descriptors)
                {
                    LinuxCalls.SetCloseOnExec(descriptor, true);
                }
            }
        }
    }

    private static bool StatusHas(int process, string line)
    {
        try
        {
            return File.ReadLines($"/proc/{process}/status").Contains(line);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool HandlesTerminate(int process)
    {
        const ulong terminate = 1UL << (LinuxCalls.SignalTerminate - 1);
        try
        {
            foreach (string line in File.ReadLines($"/proc/{process}/status"))
            {
                if ((line.StartsWith("SigCgt:", StringComparison.Ordinal) || line.StartsWith("SigIgn:", StringComparison.Ordinal))
                    && (ulong.Parse(line[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & terminate) != 0)
                {
                    return true;
                }
            }
        }
        catch (IOException)
        {
            return true;
        }

        return false;
    }
}
