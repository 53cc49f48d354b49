namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Diagnostics;
using Lateen.CommandLine.Cluster;
using Lateen.Kubernetes;
using Lateen.Local.Launcher;

/// <summary>lateen up: the local cluster with the mesh in it.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var options = new UpOptions();
        var command = new Command("up", "start the local cluster and install the mesh");
        options.AddTo(command);
        command.SetAction((parsed, cancel) => RunAsync(parsed, options, cancel));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, UpOptions options, CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        LauncherOptions launcher = options.Launcher(parsed);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var progress = new Progress();
        Task<int> running = Task.FromResult(0);
        await progress.StepAsync("cluster", async () => running = await LocalCluster.StartAsync(launcher, options.Detach(parsed), stop.Token));
        using KubeApi api = LocalCluster.Api(launcher.Home);
        try
        {
            var installer = new MeshInstaller(api, options.Values(parsed), progress);
            if (!options.Bare(parsed))
            {
                await installer.InstallAsync(cancel);
            }

            Console.WriteLine();
            Console.WriteLine($"  up in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
            Summary.Print(launcher, await installer.IngressAsync(cancel));
        }
        catch (Exception) when (!options.Detach(parsed))
        {
            // Without its mesh the cluster is of no use: it goes with the failed command.
            await stop.CancelAsync();
            await running;
            throw;
        }

        return await running;
    }
}
