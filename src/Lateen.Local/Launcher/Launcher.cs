namespace Lateen.Local.Launcher;

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Lateen.Local.Charts;
using Lateen.Local.Native;

/// <summary>
/// The part of a local cluster that stays in the host's namespaces: it starts the cluster process in namespaces of its own, serves it
/// with host sockets, and both die together.
/// </summary>
public static class Launcher
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(3);

    /// <summary>Runs a cluster until it ends, <paramref name="cancel"/> fires or SIGINT/SIGTERM/SIGHUP arrives.</summary>
    /// <param name="onReady">Called once when the API answers.</param>
    /// <returns>The exit code: 0 after an orderly end.</returns>
    public static async Task<int> RunAsync(LauncherOptions options, Action<ClusterStatus>? onReady, CancellationToken cancel)
    {
        if (Environment.UserName != "root")
        {
            throw new InvalidOperationException("The local cluster needs root: it gives each pod its own network. Run it with sudo.");
        }

        ClusterHome home = new(options.Home);
        home.Create();
        using IDisposable held = await LockAsync(home, cancel).ConfigureAwait(false) ?? throw new InvalidOperationException(
            $"A cluster already runs from {home.Path}. Stop it with `lateen down --home {home.Path}` or choose another --home.");
        using ChartRepository? charts = options.Charts.Length > 0 ? new ChartRepository(options.Charts, options.ChartsPort) : null;
        ClusterStatus status = new(Environment.ProcessId, ClusterStatus.StartTicks(Environment.ProcessId), DateTimeOffset.UtcNow, 0, false,
            charts?.Port ?? 0);
        Task serving = charts?.RunAsync() ?? Task.CompletedTask;
        status.Write(home);
        try
        {
            return await RunClusterAsync(options, home, status, onReady, cancel).ConfigureAwait(false);
        }
        finally
        {
            charts?.Dispose();
            await serving.ConfigureAwait(false);
            File.Delete(home.StatusFile);
        }
    }

    /// <summary>Starts a cluster that outlives this process and returns when it answers.</summary>
    public static async Task<ClusterStatus> StartDetachedAsync(LauncherOptions options, TimeSpan patience, CancellationToken cancel)
    {
        ClusterHome home = new(options.Home);
        home.Create();
        if (ClusterStatus.TryRead(home) is { IsRunning: true } running)
        {
            throw new InvalidOperationException($"A cluster already runs from {home.Path} (process {running.LauncherProcess}).");
        }

        File.Delete(home.StatusFile);
        string[] command = [.. Program(options), HiddenCommands.Launch, JsonSerializer.Serialize(options)];
        ProcessStartInfo start = new("setsid", ["--fork", "sh", "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh",
            home.ClusterLog, .. command]);
        using (Process starter = Process.Start(start) ?? throw new InvalidOperationException("setsid could not be started."))
        {
            await starter.WaitForExitAsync(cancel).ConfigureAwait(false);
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(25));
        bool seen = false;
        try
        {
            while (await timer.WaitForNextTickAsync(limit.Token).ConfigureAwait(false))
            {
                ClusterStatus? status = ClusterStatus.TryRead(home);
                if (status is { Ready: true, IsRunning: true })
                {
                    return status;
                }

                if (seen && status is not { IsRunning: true })
                {
                    break;
                }

                seen |= status is not null;
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            await StopAsync(home, CancellationToken.None).ConfigureAwait(false);
        }

        throw new InvalidOperationException($"The cluster did not start; its log {home.ClusterLog} ends with:\n{LogTail(home)}");
    }

    /// <summary>Stops the cluster of a home, by force after a while. False when none was running.</summary>
    public static async Task<bool> StopAsync(ClusterHome home, CancellationToken cancel)
    {
        if (ClusterStatus.TryRead(home) is not { IsRunning: true } status)
        {
            File.Delete(home.StatusFile);
            return false;
        }

        _ = LinuxCalls.Kill(status.LauncherProcess, LinuxCalls.SignalTerminate);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(25));
        DateTimeOffset deadline = DateTimeOffset.UtcNow + StopPatience + TimeSpan.FromSeconds(2);
        while (status.IsRunning && await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
        {
            if (DateTimeOffset.UtcNow > deadline)
            {
                _ = LinuxCalls.Kill(status.LauncherProcess, LinuxCalls.SignalKill);
            }
        }

        File.Delete(home.StatusFile);
        return true;
    }

    // A cluster whose launcher was killed dies with it, but not in the same instant.
    private static async Task<IDisposable?> LockAsync(ClusterHome home, CancellationToken cancel)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50));
        DateTimeOffset deadline = DateTimeOffset.UtcNow + LockPatience;
        IDisposable? held = home.TryLock();
        while (held is null && DateTimeOffset.UtcNow < deadline && await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
        {
            held = home.TryLock();
        }

        return held;
    }

    internal static IReadOnlyList<string> Program(LauncherOptions options)
    {
        if (options.Program is { } program)
        {
            return program;
        }

        string path = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is unknown.");
        bool hosted = Path.GetFileNameWithoutExtension(path) == "dotnet";
        return hosted ? [path, Environment.GetCommandLineArgs()[0]] : [path];
    }

    private static async Task<int> RunClusterAsync(LauncherOptions options, ClusterHome home, ClusterStatus status,
        Action<ClusterStatus>? onReady, CancellationToken cancel)
    {
        (int ours, int theirs) = DescriptorChannel.CreatePair();
        using DescriptorChannel channel = new(ours);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT, stop);
        using PosixSignalRegistration terminate = OnSignal(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration hangUp = OnSignal(PosixSignal.SIGHUP, stop);
        EgressPolicy policy = new(options.AllowHostPorts, new ExternalNames(options.External));
        HostServices services = new(channel, policy, new HostResolver(), port =>
        {
            ClusterStatus ready = status with { ApiPort = port, Ready = true };
            ready.Write(home);
            onReady?.Invoke(ready);
        });

        Task<int> cluster = StartCluster(options, theirs, services);
        using CancellationTokenRegistration ask = stop.Token.Register(() =>
        {
            try
            {
                channel.Send(new ControlMessage(0, ControlMessage.Stop).Encode(), []);
            }
            catch (System.ComponentModel.Win32Exception gone)
            {
                Console.Error.WriteLine($"The cluster process is gone: {gone.Message}");
            }
        });
        int code = await cluster.ConfigureAwait(false);
        return stop.IsCancellationRequested ? 0 : code;
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });

    /// <summary>
    /// Starts the cluster from a thread that lives until the cluster ends: PR_SET_PDEATHSIG (prctl(2)) fires when the thread that
    /// created the child ends, and a pool thread may end at any time.
    /// </summary>
    private static Task<int> StartCluster(LauncherOptions options, int theirs, HostServices services) =>
        NamespaceThread.RunAsync(() =>
        {
            ClusterArguments arguments = new() { Options = options, ControlDescriptor = theirs };
            ProcessStartInfo start = new("setpriv", ["--pdeathsig", "KILL", "setsid", "unshare", "--net", "--mount", "--ipc", "--uts",
                "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private", "--",
                .. Program(options), HiddenCommands.Cluster, JsonSerializer.Serialize(arguments)])
            {
                RedirectStandardInput = true,
            };
            LinuxCalls.SetCloseOnExec(theirs, false);
            using Process process = Process.Start(start) ?? throw new InvalidOperationException("setpriv could not be started.");
            _ = LinuxCalls.Close(theirs);
            process.StandardInput.Close();
            services.Run();
            if (!process.WaitForExit(StopPatience))
            {
                process.Kill();
                process.WaitForExit();
            }

            return process.ExitCode;
        });

    private static string LogTail(ClusterHome home) =>
        File.Exists(home.ClusterLog) ? string.Join('\n', File.ReadLines(home.ClusterLog).TakeLast(20)) : "(no log)";
}
