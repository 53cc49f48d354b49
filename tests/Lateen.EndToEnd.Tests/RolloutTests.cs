namespace Lateen.EndToEnd.Tests;

using Lateen.EndToEnd.Tests.Harness;

/// <summary>What operators do every day, under load: nobody outside may notice.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class RolloutTests(Bookinfo bookinfo)
{
    private const int Rate = 100;

    [Fact]
    public async Task Restarting_every_workload_under_load_loses_no_request()
    {
        LocalCluster.Require();
        await bookinfo.ResetAsync();
        Fortio load = StartLoad(TimeSpan.FromSeconds(30));

        await bookinfo.Cluster.KubectlAsync("rollout restart deployment");
        foreach (string deployment in new[] { "productpage-v1", "details-v1", "ratings-v1", "reviews-v1", "reviews-v2", "reviews-v3" })
        {
            await bookinfo.Cluster.KubectlAsync($"rollout status deployment {deployment} --timeout=60s");
        }

        Assert.True(load.IsRunning, "the load ended before the restart did");
        await load.AssertOnlyCode200Async(atLeast: 20 * Rate);
    }

    [Fact]
    public async Task Scaling_from_two_to_five_to_one_under_load_loses_no_request()
    {
        LocalCluster.Require();
        await bookinfo.ResetAsync();
        await ScaleAsync(2);
        Fortio load = StartLoad(TimeSpan.FromSeconds(25));

        await ScaleAsync(5);
        await ScaleAsync(1);
        await Until.TrueAsync(async () => (await PodsAsync()).Length == 1, TimeSpan.FromSeconds(20), () => "one pod of productpage");

        Assert.True(load.IsRunning, "the load ended before the last pod did");
        await load.AssertOnlyCode200Async(atLeast: 15 * Rate);
    }

    [Fact]
    public async Task Deleted_pods_and_endpoints_under_load_lose_no_request()
    {
        LocalCluster.Require();
        await bookinfo.ResetAsync();
        await ScaleAsync(3);
        await bookinfo.Cluster.KubectlAsync("scale deployment details-v1 --replicas=2");
        await bookinfo.Cluster.KubectlAsync("rollout status deployment details-v1 --timeout=60s");
        Fortio load = StartLoad(TimeSpan.FromSeconds(25));

        foreach (string pod in (await PodsAsync()).Take(2))
        {
            await bookinfo.Cluster.KubectlAsync($"delete {pod} --timeout=30s");
        }

        string details = await bookinfo.Cluster.KubectlAsync("get pods -l app=details -o name");
        await bookinfo.Cluster.KubectlAsync($"delete {details.Split('\n')[0]} --timeout=30s");
        await bookinfo.Cluster.KubectlAsync("delete endpointslices -l kubernetes.io/service-name=productpage");
        await bookinfo.Cluster.KubectlAsync("delete endpointslices -l kubernetes.io/service-name=details");
        await Until.TrueAsync(
            async () => (await bookinfo.Cluster.KubectlAsync("get endpointslices -l kubernetes.io/service-name=details -o name")).Length > 0,
            TimeSpan.FromSeconds(5),
            () => "the slices come back");

        Assert.True(load.IsRunning, "the load ended before the endpoints came back");
        await load.AssertOnlyCode200Async(atLeast: 15 * Rate);
        await ScaleAsync(1);
        await bookinfo.Cluster.KubectlAsync("scale deployment details-v1 --replicas=1");
        await Until.TrueAsync(async () => (await PodsAsync("details")).Length == 1, TimeSpan.FromSeconds(30), () => "one pod of details");
        await Until.TrueAsync(async () => (await PodsAsync()).Length == 1, TimeSpan.FromSeconds(30), () => "one pod of productpage");
    }

    private Fortio StartLoad(TimeSpan duration) =>
        Fortio.Start(new Uri(bookinfo.Ingress, "productpage"), connections: 4, requestsPerSecond: Rate, duration);

    private async Task ScaleAsync(int replicas)
    {
        await bookinfo.Cluster.KubectlAsync($"scale deployment productpage-v1 --replicas={replicas}");
        await bookinfo.Cluster.KubectlAsync("rollout status deployment productpage-v1 --timeout=60s");
    }

    private async Task<string[]> PodsAsync(string app = "productpage") =>
        (await bookinfo.Cluster.KubectlAsync($"get pods -l app={app} -o name")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
