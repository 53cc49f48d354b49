namespace Lateen.Local.Tests.Runtime;

using System.Text.Json.Nodes;

/// <summary>Pods as real processes: life, restarts, logs, exec and volumes.</summary>
public sealed class PodTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    [Fact]
    public async Task A_pod_runs_in_its_namespaces_and_its_status_says_so()
    {
        await cluster.StartPodAsync("alive", "echo hello; sleep 1000");

        JsonObject status = (await cluster.PodAsync("alive"))["status"]?.AsObject() ?? [];
        Assert.Equal("Running", (string?)status["phase"]);
        Assert.StartsWith("10.244.", (string?)status["podIP"], StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", (string?)status["hostIP"]);
        Assert.True((bool?)status["containerStatuses"]?[0]?["ready"]);
        Assert.Equal("hello\n", await cluster.LogAsync("alive"));
        (int code, string output) = await cluster.ExecAsync("alive", "sh", "-c", "hostname; cat /proc/1/comm; ls /proc | grep -c '^[0-9]'; exit 7");
        Assert.Equal(7, code);
        Assert.StartsWith("alive\nsh\n", output, StringComparison.Ordinal);
    }
}
