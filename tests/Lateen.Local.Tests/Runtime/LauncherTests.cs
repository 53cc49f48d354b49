namespace Lateen.Local.Tests.Runtime;

using System.Diagnostics;

/// <summary>What stays on the host when a cluster ends: nothing.</summary>
public sealed class LauncherTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cluster_that_ends_leaves_nothing_on_the_host(bool byForce)
    {
        string before = await HostStateAsync();
        RunningCluster cluster = new();
        await cluster.InitializeAsync();
        await cluster.StartPodAsync("left", "sleep 98765 & sleep 1000");
        await cluster.CreateAsync("""
            {"kind":"Service","metadata":{"name":"left"},"spec":{"type":"LoadBalancer","clusterIP":"10.96.7.5","selector":{"app":"left"},
             "ports":[{"name":"http","port":80,"targetPort":8080,"protocol":"TCP","nodePort":30999}]}}
            """);
        await RunningCluster.UntilAsync(async () => await RunAsync("ss", "-Hltn", "sport", "=", ":30999") != "");
        Assert.NotEmpty(Processes(cluster.Home));

        if (byForce)
        {
            cluster.KillLauncher();
        }

        await cluster.DisposeAsync();

        await RunningCluster.UntilAsync(() => Processes(cluster.Home).Count == 0);
        Assert.Equal(before, await HostStateAsync());
        Assert.Equal("", await RunAsync("pgrep", "-f", "sleep 98765"));
        Assert.Equal("", await RunAsync("ss", "-Hltn", "sport", "=", ":30999"));
    }

    [Fact]
    public async Task A_home_runs_one_cluster_only()
    {
        RunningCluster cluster = new();
        await cluster.InitializeAsync();
        try
        {
            InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Local.Launcher.Launcher.RunAsync(
                new Local.Launcher.LauncherOptions { Home = cluster.Home, Artifacts = cluster.Home }, null, TestContext.Current.CancellationToken));
            Assert.Contains("already runs", refused.Message, StringComparison.Ordinal);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(cluster.Home));
        }
        finally
        {
            await cluster.DisposeAsync();
        }
    }

    private static async Task<string> HostStateAsync() => string.Join("\n--\n",
        await RunAsync("ip", "-o", "link"), await RunAsync("ip", "-o", "addr"), await RunAsync("ip", "netns"), await RunAsync("ip", "route"),
        await RunAsync("iptables-save"), await RunAsync("nft", "list", "ruleset"),
        await File.ReadAllTextAsync("/proc/mounts"), await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_forward"));

    private static List<string> Processes(string home) => [.. Directory.GetDirectories("/proc").Where(folder =>
    {
        try
        {
            return File.ReadAllText(folder + "/cmdline").Contains(home, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    })];

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException(program);
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return string.Join('\n', output.Split('\n').Where(static line => !line.StartsWith('#')));
    }
}
