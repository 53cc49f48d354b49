namespace Lateen.EndToEnd.Tests;

using System.Diagnostics;
using System.Text.Json.Nodes;
using Lateen.EndToEnd.Tests.Harness;

[Collection(BookinfoCollection.Name)]
public sealed class FaultTests(Bookinfo bookinfo)
{
    private LocalCluster Cluster => bookinfo.Cluster;

    [Fact]
    public async Task Killing_istiod_fails_no_call_and_configuration_moves_again_within_five_seconds()
    {
        LocalCluster.Require();
        await bookinfo.ResetAsync();
        await bookinfo.ApplyAsync("virtual-service-all-v1.yaml", null, page => page.HasNoStars);
        using HttpClient client = bookinfo.Client();
        int failed = 0;
        int made = 0;
        long killed = Stopwatch.GetTimestamp();
        await Processes.KillAsync("discovery --monitoringAddr");

        bool applied = false;
        TimeSpan took = await Until.TrueAsync(
            async () =>
            {
                Page page = await Bookinfo.GetPageAsync(client);
                made++;
                failed += page.Ok ? 0 : 1;
                applied = applied || (await Cluster.TryKubectlAsync($"apply -f {Bookinfo.Sample("networking/virtual-service-reviews-v3.yaml")}")).ExitCode == 0;
                return page.HasRedStars;
            },
            TimeSpan.FromSeconds(30), () => "the new rule in effect");

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{made} calls, {failed} failed, in effect {Stopwatch.GetElapsedTime(killed).TotalSeconds:F1} s after the kill");
        Assert.Equal(0, failed);
        Assert.InRange(took.TotalSeconds, 0, 5);
    }

    [Theory]
    [InlineData("istio-proxy")]
    [InlineData("details")]
    public async Task A_killed_container_is_back_within_two_seconds(string container)
    {
        LocalCluster.Require();
        await bookinfo.ResetAsync();
        int before = await RestartsAsync(container);
        long killed = Stopwatch.GetTimestamp();
        await (container == "istio-proxy"
            ? Processes.KillAsync("proxy sidecar", "POD_NAME=details-v1")
            : Processes.KillAsync("lateen-samples details"));

        await Until.TrueAsync(async () => await RestartsAsync(container) > before, TimeSpan.FromSeconds(10), () => "the restart is counted");
        using HttpClient client = bookinfo.Client();
        await Until.TrueAsync(
            async () => (await Bookinfo.GetPageAsync(client)) is { Ok: true } page && !page.Says("Sorry, product details are currently unavailable"),
            TimeSpan.FromSeconds(10), () => "details on the page");

        Assert.InRange(Stopwatch.GetElapsedTime(killed).TotalSeconds, 0, 2);
    }

    private async Task<int> RestartsAsync(string container)
    {
        JsonNode pods = await Cluster.GetAsync("pods -l app=details");
        JsonNode status = pods["items"]![0]!["status"]!;
        return new[] { "containerStatuses", "initContainerStatuses" }
            .SelectMany(list => status[list] as JsonArray ?? [])
            .Where(c => c!["name"]!.ToString() == container)
            .Select(c => c!["restartCount"]!.GetValue<int>())
            .Single();
    }
}
