namespace Lateen.EndToEnd.Tests;

using System.Net;
using Lateen.EndToEnd.Tests.Harness;

[Collection(BookinfoCollection.Name)]
public sealed class TrafficTests(Bookinfo bookinfo)
{
    private const int Requests = 1000;

    [Fact]
    public async Task With_all_services_at_v1_no_page_has_stars()
    {
        await PrepareAsync();

        await bookinfo.ApplyAsync("virtual-service-all-v1.yaml", null, page => page.HasNoStars);

        using HttpClient client = bookinfo.Client();
        for (int i = 0; i < 50; i++)
        {
            Assert.True((await Bookinfo.GetPageAsync(client)).HasNoStars);
        }
    }

    [Fact]
    public async Task Jason_sees_black_stars_and_everybody_else_none()
    {
        await PrepareAsync();
        await bookinfo.ApplyAsync("virtual-service-all-v1.yaml", null, page => page.HasNoStars);

        await bookinfo.ApplyAsync("virtual-service-reviews-test-v2.yaml", "jason", page => page.HasBlackStars);

        using HttpClient anonymous = bookinfo.Client();
        using HttpClient jason = await bookinfo.SignedInAsync("jason");
        for (int i = 0; i < 20; i++)
        {
            Assert.True((await Bookinfo.GetPageAsync(anonymous)).HasNoStars);
            Page page = await Bookinfo.GetPageAsync(jason);
            Assert.True(page.HasBlackStars && !page.HasRedStars);
        }
    }

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

    [Fact]
    public async Task A_delay_of_seven_seconds_meets_the_product_page_s_own_timeouts_for_jason_only()
    {
        await PrepareAsync();
        await bookinfo.ApplyAsync("virtual-service-all-v1.yaml", null, page => page.HasNoStars);
        await bookinfo.ApplyAsync("virtual-service-reviews-test-v2.yaml", "jason", page => page.HasBlackStars);

        await bookinfo.ApplyAsync("virtual-service-ratings-test-delay.yaml", "jason",
            page => page.Says("Sorry, product reviews are currently unavailable for this book."));

        using HttpClient jason = await bookinfo.SignedInAsync("jason");
        Page slow = await Bookinfo.GetPageAsync(jason);
        Assert.True(slow.Says("Error fetching product reviews!"));
        Assert.InRange(slow.Elapsed.TotalSeconds, 5.5, 7.0);
        using HttpClient anonymous = bookinfo.Client();
        Page quick = await Bookinfo.GetPageAsync(anonymous);
        Assert.True(quick.HasNoStars);
        Assert.InRange(quick.Elapsed.TotalSeconds, 0, 2);
    }

    [Fact]
    public async Task An_aborted_ratings_service_is_named_on_jason_s_page_at_once()
    {
        await PrepareAsync();
        await bookinfo.ApplyAsync("virtual-service-all-v1.yaml", null, page => page.HasNoStars);
        await bookinfo.ApplyAsync("virtual-service-reviews-test-v2.yaml", "jason", page => page.HasBlackStars);

        await bookinfo.ApplyAsync("virtual-service-ratings-test-abort.yaml", "jason",
            page => page.Says("Ratings service is currently unavailable"));

        using HttpClient jason = await bookinfo.SignedInAsync("jason");
        Page page = await Bookinfo.GetPageAsync(jason);
        Assert.InRange(page.Elapsed.TotalSeconds, 0, 2);
        using HttpClient anonymous = bookinfo.Client();
        Assert.False((await Bookinfo.GetPageAsync(anonymous)).Says("Ratings service is currently unavailable"));
    }

    [Fact]
    public async Task A_request_timeout_of_half_a_second_ends_a_call_that_takes_two()
    {
        await PrepareAsync();
        await bookinfo.ApplyAsync("virtual-service-all-v1.yaml", null, page => page.HasNoStars);
        await ApplyInlineAsync(Rule("reviews", "v2", ""));
        await ApplyInlineAsync(Rule("ratings", "v1", "    fault: {delay: {percentage: {value: 100}, fixedDelay: 2s}}\n"));
        using HttpClient client = bookinfo.Client();
        await Until.TrueAsync(
            async () => await Bookinfo.GetPageAsync(client) is { HasBlackStars: true, Elapsed.TotalSeconds: > 1.9 and < 3.5 },
            TimeSpan.FromSeconds(30), () => "a page with stars after two seconds");

        await ApplyInlineAsync(Rule("reviews", "v2", "    timeout: 0.5s\n"));

        Page last = default;
        await Until.TrueAsync(
            async () => (last = await Bookinfo.GetPageAsync(client)).Says("Sorry, product reviews are currently unavailable for this book."),
            TimeSpan.FromSeconds(30), () => "the timeout in effect");
        // The product page tries twice.
        Assert.InRange(last.Elapsed.TotalSeconds, 0.9, 1.6);
    }

    private async Task PrepareAsync()
    {
        LocalCluster.Require();
        await bookinfo.ResetAsync();
    }

    private Task<string> ApplyInlineAsync(string yaml) => bookinfo.Cluster.KubectlAsync("apply -f -", yaml);

    private static string Rule(string service, string subset, string more) =>
        $"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata:
          name: {service}
        spec:
          hosts: [{service}]
          http:
          - route:
            - destination: {"{"}host: {service}, subset: {subset}{"}"}
        {more}
        """;
}
