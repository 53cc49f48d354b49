namespace Lateen.CommandLine.Cluster;

using Lateen.Local.Launcher;

/// <summary>What people need to go on: addresses, the kubeconfig and the way out.</summary>
internal static class Summary
{
    public static void Print(LauncherOptions options, Uri? ingress)
    {
        var home = new ClusterHome(options.Home);
        ClusterStatus? status = ClusterStatus.TryRead(home);
        Console.WriteLine($"  API       https://127.0.0.1:{status?.ApiPort}");
        if (status is { ChartsPort: > 0 })
        {
            Console.WriteLine($"  charts    helm repo add lateen http://127.0.0.1:{status.ChartsPort}");
        }

        if (ingress is not null)
        {
            Console.WriteLine($"  ingress   {ingress}");
        }

        Console.WriteLine($"  kubectl   export KUBECONFIG={home.Kubeconfig}");
        Console.WriteLine($"  stop      lateen down{(IsDefault(home) ? "" : $" --home {home.Path}")}");
    }

    private static bool IsDefault(ClusterHome home) =>
        home.Path == Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".lateen");
}
