namespace Lateen.CommandLine.Cluster;

using System.CommandLine;
using System.Diagnostics;
using Lateen.Kubernetes;
using Lateen.Local.Launcher;

/// <summary>How `up` and `demo` begin: a cluster that has started, and what is needed to put something into it.</summary>
internal sealed class Opening
{
    private readonly long _started = Stopwatch.GetTimestamp();

    public required LauncherOptions Launcher { get; init; }

    public required bool Detach { get; init; }

    public required KubeApi Api { get; init; }

    public required Progress Progress { get; init; }

    public required MeshInstaller Installer { get; init; }

    /// <summary>Ends with the cluster; at once when it is detached.</summary>
    public required Task<int> Running { get; init; }

    public TimeSpan Took { get; private init; }

    public TimeSpan Elapsed => Took + Stopwatch.GetElapsedTime(_started);

    /// <summary>Starts the cluster and goes on; a cluster in the foreground is of no use after a failure and ends with it.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, UpOptions options, Func<Opening, Task<int>> proceed, CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        LauncherOptions launcher = options.Launcher(parsed);
        bool detach = options.Detach(parsed);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var progress = new Progress();
        Task<int> running = Task.FromResult(0);
        await progress.StepAsync("cluster", async () => running = await LocalCluster.StartAsync(launcher, detach, stop.Token));
        using KubeApi api = LocalCluster.Api(launcher.Home);
        try
        {
            return await proceed(new Opening
            {
                Launcher = launcher,
                Detach = detach,
                Api = api,
                Progress = progress,
                Installer = new MeshInstaller(api, options.Values(parsed), progress),
                Running = running,
                Took = Stopwatch.GetElapsedTime(started),
            });
        }
        catch (Exception) when (!detach)
        {
            await stop.CancelAsync();
            await running;
            throw;
        }
    }
}
