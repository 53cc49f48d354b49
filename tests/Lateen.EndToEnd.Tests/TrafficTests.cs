namespace Lateen.EndToEnd.Tests;

using System.Net;
using Lateen.EndToEnd.Tests.Harness;

[Collection(BookinfoCollection.Name)]
public sealed class TrafficTests(Bookinfo bookinfo)
{
    private const int Requests = 1000;

    [Theory]
    [InlineData("virtual-service-reviews-50-v3.yaml", 0.5)]
    [InlineData("virtual-service-reviews-90-10.yaml", 0.1)]
    public async Task Shifted_traffic_is_within_three_standard_deviations_of_its_weight(string file, double share)
    {
        await PrepareAsync();
        await bookinfo.ApplyAsync("virtual-service-all-v1.yaml", null, page => page.HasNoStars);
        await bookinfo.Cluster.KubectlAsync($"apply -f {Bookinfo.Sample("networking/" + file)}");
        using HttpClient client = bookinfo.Client();
        await Until.TrueAsync(
            async () => !(await Bookinfo.GetPageAsync(client)).HasNoStars, TimeSpan.FromSeconds(20), () => $"{file} in effect");

        int other = 0;
        for (int i = 0; i < Requests; i++)
        {
            Page page = await Bookinfo.GetPageAsync(client);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            other += page.HasNoStars ? 0 : 1;
        }

        // 90-10 sends the tenth to v2 (black), 50-v3 the half to v3 (red); v1 has no stars in both.
        double deviation = Math.Sqrt(Requests * share * (1 - share));
        Assert.InRange(other, (Requests * share) - (3 * deviation), (Requests * share) + (3 * deviation));
    }

    private async Task PrepareAsync()
    {
        LocalCluster.Require();
        await bookinfo.ResetAsync();
    }
}
