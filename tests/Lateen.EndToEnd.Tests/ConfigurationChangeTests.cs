namespace Lateen.EndToEnd.Tests;

using System.Diagnostics;
using System.Net;
using Lateen.EndToEnd.Tests.Harness;

[Collection(BookinfoCollection.Name)]
public sealed class ConfigurationChangeTests(Bookinfo bookinfo)
{
    private const int LeastRequests = 500;

    private int _requests;

    [Fact]
    public async Task Rules_applied_together_under_load_lose_no_request()
    {
        LocalCluster.Require();
        await bookinfo.ResetAsync();
        await bookinfo.Cluster.KubectlAsync("delete destinationrule --all");
        using var stop = new CancellationTokenSource();
        Task<Dictionary<HttpStatusCode, int>> load = LoadAsync(ratePerSecond: 200, stop.Token);

        string together = await File.ReadAllTextAsync(Bookinfo.Sample("networking/destination-rule-all.yaml"), TestContext.Current.CancellationToken)
            + "\n---\n" + await File.ReadAllTextAsync(Bookinfo.Sample("networking/virtual-service-all-v1.yaml"), TestContext.Current.CancellationToken);
        for (int round = 0; round < 8 || Volatile.Read(ref _requests) < LeastRequests; round++)
        {
            await bookinfo.Cluster.KubectlAsync("apply -f -", together);
            await bookinfo.Cluster.KubectlAsync($"apply -f {Bookinfo.Sample("networking/virtual-service-reviews-50-v3.yaml")}");
            await bookinfo.Cluster.KubectlAsync("delete virtualservice productpage reviews ratings details");
        }

        await stop.CancelAsync();
        Dictionary<HttpStatusCode, int> codes = await load;
        Assert.True(codes.Keys.SequenceEqual([HttpStatusCode.OK]), string.Join(", ", codes.Select(c => $"{(int)c.Key}: {c.Value}")));
        Assert.True(codes[HttpStatusCode.OK] >= LeastRequests, $"only {codes[HttpStatusCode.OK]} requests were made");
        await bookinfo.ResetAsync();
    }

    [Fact]
    public async Task A_change_is_in_effect_within_a_second_of_kubectl_s_exit_twenty_times_of_twenty()
    {
        LocalCluster.Require();
        await bookinfo.ResetAsync();
        await bookinfo.ApplyAsync("virtual-service-all-v1.yaml", null, page => page.HasNoStars);
        using HttpClient client = bookinfo.Client();
        List<TimeSpan> took = [];
        for (int round = 0; round < 20; round++)
        {
            bool stars = round % 2 == 0;
            string file = stars ? "virtual-service-reviews-v3.yaml" : "virtual-service-all-v1.yaml";
            await bookinfo.Cluster.KubectlAsync($"apply -f {Bookinfo.Sample("networking/" + file)}");
            long exited = Stopwatch.GetTimestamp();
            await Until.TrueAsync(
                async () => (await Bookinfo.GetPageAsync(client)).HasRedStars == stars, TimeSpan.FromSeconds(10), () => $"round {round}");
            took.Add(Stopwatch.GetElapsedTime(exited));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"in effect after {string.Join(", ", took.Select(t => $"{t.TotalMilliseconds:F0}"))} ms");
        Assert.All(took, t => Assert.InRange(t, TimeSpan.Zero, TimeSpan.FromSeconds(1)));
    }

    /// <summary>Requests to the page's API at a steady rate, whatever the answers' speed, until told to stop.</summary>
    private async Task<Dictionary<HttpStatusCode, int>> LoadAsync(int ratePerSecond, CancellationToken stop)
    {
        using HttpClient client = bookinfo.Client();
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / ratePerSecond));
        List<Task<HttpStatusCode>> calls = [];
        while (!stop.IsCancellationRequested && calls.Count < 20_000)
        {
            await tick.WaitForNextTickAsync(CancellationToken.None);
            calls.Add(CallAsync(client));
            Volatile.Write(ref _requests, calls.Count);
        }

        return (await Task.WhenAll(calls)).CountBy(code => code).ToDictionary();
    }

    private static async Task<HttpStatusCode> CallAsync(HttpClient client)
    {
        try
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri("api/v1/products/0/reviews", UriKind.Relative));
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }
}
