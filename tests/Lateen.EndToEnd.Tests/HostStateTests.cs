namespace Lateen.EndToEnd.Tests;

using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>The machine is left as it was found.</summary>
public sealed partial class HostStateTests
{
    [Fact]
    public async Task After_down_the_host_is_as_before()
    {
        LocalCluster.Require();
        string home = Directory.CreateTempSubdirectory("lateen-host-").FullName;
        string before = await StateAsync();

        (await Command.RunAsync(Place.Lateen, ["up", "--detach", "--home", home])).Text();
        (await Command.RunAsync(Place.Lateen, ["down", "--home", home])).Text();

        Assert.Equal(before, await StateAsync());
        Directory.Delete(home, recursive: true);
    }

    [Fact]
    public async Task The_demo_shows_the_page_and_Ctrl_C_leaves_the_host_as_before()
    {
        LocalCluster.Require();
        string home = Directory.CreateTempSubdirectory("lateen-host-").FullName;
        string before = await StateAsync();
        var start = new ProcessStartInfo(Place.Lateen, ["demo", "--home", home]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process demo = Process.Start(start) ?? throw new InvalidOperationException("lateen did not start");
        Task<string> error = demo.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        string page = await PrintedPageAsync(demo);
        using (var client = new HttpClient())
        {
            Assert.Contains("<title>Simple Bookstore App</title>", await client.GetStringAsync(new Uri(page), TestContext.Current.CancellationToken));
        }

        await Command.RunAsync("kill", ["-INT", $"{demo.Id}"]);
        await demo.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(demo.ExitCode == 0, await error);
        string after = "";
        await Until.TrueAsync(async () => (after = await StateAsync()) == before, TimeSpan.FromSeconds(10), () => $"before:\n{before}\nafter:\n{after}");
        Directory.Delete(home, recursive: true);
    }

    [Fact]
    public async Task After_the_launcher_is_killed_and_down_the_host_is_as_before()
    {
        LocalCluster.Require();
        string home = Directory.CreateTempSubdirectory("lateen-host-").FullName;
        string before = await StateAsync();
        (await Command.RunAsync(Place.Lateen, ["up", "--detach", "--home", home])).Text();

        string status = (await Command.RunAsync(Place.Lateen, ["status", "--home", home, "-o", "json"])).Text();
        string launcher = Launcher().Match(status).Groups["pid"].Value;
        Assert.NotEqual("", launcher);
        await Command.RunAsync("kill", ["-9", launcher]);
        await Command.RunAsync(Place.Lateen, ["down", "--home", home]);

        string after = "";
        await Until.TrueAsync(async () => (after = await StateAsync()) == before, TimeSpan.FromSeconds(10), () => $"before:\n{before}\nafter:\n{after}");
        Directory.Delete(home, recursive: true);
    }

    [Fact]
    public async Task A_cluster_that_was_killed_comes_back_with_everything_it_stored()
    {
        LocalCluster.Require();
        await using var cluster = new LocalCluster();
        await cluster.InitializeAsync();
        await cluster.KubectlAsync($"apply -f {Bookinfo.Sample("platform/kube/bookinfo.yaml")} -f {Bookinfo.Sample("networking/bookinfo-gateway.yaml")}");
        await cluster.KubectlAsync("wait --for=condition=Available deployment --all --timeout=60s");
        string before = await StoredAsync(cluster);

        string status = (await cluster.LateenAsync("status", "--home", cluster.Home, "-o", "json")).Text();
        await Command.RunAsync("kill", ["-9", Launcher().Match(status).Groups["pid"].Value]);
        await Until.TrueAsync(
            async () => (await cluster.LateenAsync("status", "--home", cluster.Home)).ExitCode == 1, TimeSpan.FromSeconds(10), () => "the cluster is gone");
        await cluster.UpAsync();

        Assert.Equal(before, await StoredAsync(cluster));
    }

    private static async Task<string> PrintedPageAsync(Process demo)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await demo.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.TrimStart().StartsWith("page ", StringComparison.Ordinal))
            {
                return line[line.IndexOf("http", StringComparison.Ordinal)..].Trim();
            }
        }

        throw new InvalidOperationException("the demo printed no page");
    }

    // Everything that is stored, but for status, versions and who last wrote which field; heartbeats and events are about time itself.
    private static async Task<string> StoredAsync(LocalCluster cluster)
    {
        string kinds = await cluster.KubectlAsync("api-resources --verbs=list -o name");
        string wanted = string.Join(',', kinds.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(k => !k.StartsWith("events", StringComparison.Ordinal) && !k.StartsWith("lease", StringComparison.Ordinal)
                && !k.StartsWith("endpoint", StringComparison.Ordinal)));
        JsonNode list = await cluster.GetAsync($"{wanted} -A");
        List<string> objects = [];
        foreach (JsonObject item in list["items"]!.AsArray().OfType<JsonObject>())
        {
            item.Remove("status");
            var metadata = (JsonObject)item["metadata"]!;
            metadata.Remove("resourceVersion");
            metadata.Remove("managedFields");
            objects.Add(item.ToJsonString());
        }

        return string.Join('\n', objects.Order(StringComparer.Ordinal));
    }

    private static async Task<string> StateAsync()
    {
        string[][] commands =
        [
            ["ip", "-o", "link"], ["ip", "netns"], ["ip", "-o", "addr"], ["ip", "route", "show", "table", "all"],
            ["iptables-save"], ["nft", "list", "ruleset"], ["cat", "/proc/mounts"],
        ];
        List<string> parts = [];
        foreach (string[] command in commands)
        {
            Outcome outcome = await Command.RunAsync(command[0], command[1..]);
            parts.Add($"$ {string.Join(' ', command)}\n{Counters().Replace(outcome.Output, "")}");
        }

        Outcome sockets = await Command.RunAsync("ss", ["-Hltnx"]);
        parts.Add(string.Join('\n', sockets.Output.Split('\n')
            .Where(l => !l.Contains("dotnet-diagnostic", StringComparison.Ordinal) && !l.Contains("CoreFxPipe", StringComparison.Ordinal))
            .Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(5))).Order(StringComparer.Ordinal)));
        Outcome processes = await Command.RunAsync("ps", ["-eo", "args"]);
        parts.Add(string.Join('\n', processes.Output.Split('\n')
            .Where(l => l.Contains("lateen", StringComparison.Ordinal) && !l.Contains("EndToEnd", StringComparison.Ordinal)
                && !l.Contains("dotnet", StringComparison.Ordinal) && !l.Contains("<defunct>", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));
        return string.Join('\n', parts);
    }

    [GeneratedRegex("\"(launcher|launcherPid|pid)\"\\s*:\\s*(?<pid>[0-9]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Launcher();

    // Packet counters and comments with dates change without anybody's doing.
    [GeneratedRegex(@"\[[0-9]+:[0-9]+\]|^#.*$|users:\(\(.*\)\)", RegexOptions.Multiline)]
    private static partial Regex Counters();
}
