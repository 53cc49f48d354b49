namespace Lateen.CommandLine.Cluster;

using Lateen.Local.Launcher;

/// <summary>
/// Finds the kubeconfig of a verb: --kubeconfig, a --home given by hand, $KUBECONFIG, the running local cluster,
/// then ~/.kube/config.
/// </summary>
internal sealed record KubeconfigSearch
{
    /// <summary>What --kubeconfig says.</summary>
    public string? Given { get; init; }

    /// <summary>What --home says; null when it was left to its default. Said by hand, it beats the environment.</summary>
    public string? Home { get; init; }

    /// <summary>What $KUBECONFIG says: one file or several, divided by colons and merged as kubectl merges them.</summary>
    public string? FromEnvironment { get; init; }

    public required string DefaultHome { get; init; }

    public required string UserFile { get; init; }

    public IReadOnlyList<string> Find()
    {
        if (!string.IsNullOrEmpty(Given))
        {
            return File.Exists(Given)
                ? [Given]
                : throw new CommandFailure($"--kubeconfig {Given}: there is no such file", CommandTree.UsageError);
        }

        if (Home is not null)
        {
            string file = new ClusterHome(Home).Kubeconfig;
            return File.Exists(file)
                ? [file]
                : throw new CommandFailure(
                    $"{file} is missing: the cluster of this home was never started; run `lateen up --home {Home}`");
        }

        if (!string.IsNullOrEmpty(FromEnvironment))
        {
            List<string> files = [.. FromEnvironment.Split(':', StringSplitOptions.RemoveEmptyEntries).Where(File.Exists)];
            return files.Count > 0
                ? files
                : throw new CommandFailure($"KUBECONFIG={FromEnvironment} names no file that exists; correct it or unset it");
        }

        var home = new ClusterHome(DefaultHome);
        if (ClusterStatus.TryRead(home) is { IsRunning: true })
        {
            return [home.Kubeconfig];
        }

        return File.Exists(UserFile)
            ? [UserFile]
            : throw new CommandFailure(
                $"no cluster to talk to: no local cluster runs from {home.Path} and there is no {UserFile}; "
                + "run `lateen up`, or name a cluster with --kubeconfig");
    }
}
