namespace Lateen.CommandLine.Cluster;

using k8s;
using Lateen.Kubernetes;
using Lateen.Local.Launcher;

/// <summary>A running local cluster and the way to its API.</summary>
internal static class LocalCluster
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    /// <summary>Starts the cluster: in this process until <paramref name="stop"/> fires, or detached.</summary>
    /// <returns>What runs it, to be awaited; completed already when detached.</returns>
    public static async Task<Task<int>> StartAsync(LauncherOptions options, bool detach, CancellationToken stop)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new CommandFailure("the local cluster gives each pod its own network, which needs root for now; run it with sudo");
        }

        if (detach)
        {
            await Launcher.StartDetachedAsync(options, StartPatience, stop);
            return Task.FromResult(0);
        }

        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> running = Launcher.RunAsync(options, _ => ready.TrySetResult(), stop);
        await Task.WhenAny(ready.Task, running);
        return running.IsCompleted
            ? throw new CommandFailure(
                $"the cluster ended at once with code {await running}; its log is in {new ClusterHome(options.Home).LogsFolder}")
            : running;
    }

    public static KubeApi Api(string home)
    {
        string kubeconfig = new ClusterHome(home).Kubeconfig;
        return File.Exists(kubeconfig)
            ? new KubeApi(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig))
            : throw new CommandFailure($"{kubeconfig} is missing: the cluster of this home was never started; run `lateen up --home {home}`");
    }
}
