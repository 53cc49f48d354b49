namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;

/// <summary>What each file of samples/bookinfo/networking makes of a call.</summary>
public sealed class BookinfoSampleTests
{
    private const string Reviews = "GET http://reviews:9080/reviews/0";
    private const string Ratings = "GET http://ratings:9080/ratings/0";
    private const string Details = "GET http://details:9080/details/0";
    private const string Jason = "end-user: jason";

    private static string Sample(string name) => Yaml.File($"samples/bookinfo/networking/{name}.yaml");

    private static Mesh WithSubsets(params string[] samples) =>
        Mesh.Bookinfo([Sample("destination-rule-all"), .. samples.Select(Sample)]);

    [Fact]
    public void Without_rules_every_version_answers()
    {
        using Mesh mesh = Mesh.Bookinfo();

        IReadOnlyList<CallResult> calls = mesh.Calls(100, "productpage", Reviews);

        Assert.All(calls, call => Assert.Equal(200, call.Status));
        Assert.Equal(["reviews-v1", "reviews-v2", "reviews-v3"], calls.Select(call => call.Workload).Distinct().Order());
    }

    [Fact]
    public void Every_sample_has_a_row_in_this_file()
    {
        string[] rows =
        [
            "bookinfo-gateway", "destination-rule-all", "destination-rule-reviews", "fault-injection-details-v1",
            "virtual-service-all-v1", "virtual-service-details-v2", "virtual-service-ratings-test-abort",
            "virtual-service-ratings-test-delay", "virtual-service-reviews-50-v3", "virtual-service-reviews-80-20",
            "virtual-service-reviews-90-10", "virtual-service-reviews-jason-v2-v3", "virtual-service-reviews-test-v2",
            "virtual-service-reviews-v2-v3", "virtual-service-reviews-v3",
        ];

        IEnumerable<string?> files = Directory.EnumerateFiles(Path.Combine(Yaml.Root, "samples/bookinfo/networking"), "*.yaml")
            .Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(rows.Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(Reviews, "reviews-v1")]
    [InlineData(Ratings, "ratings-v1")]
    [InlineData(Details, "details-v1")]
    [InlineData("GET http://productpage:9080/productpage", "productpage-v1")]
    public void All_v1_sends_every_call_to_version_1(string request, string workload)
    {
        using Mesh mesh = WithSubsets("virtual-service-all-v1");

        Assert.All(mesh.Calls(20, "productpage", request), call => Assert.Equal((200, workload), (call.Status, call.Workload)));
    }

    [Theory]
    [InlineData("virtual-service-reviews-test-v2", Jason, "reviews-v2")]
    [InlineData("virtual-service-reviews-test-v2", "end-user: anna", "reviews-v1")]
    [InlineData("virtual-service-reviews-jason-v2-v3", Jason, "reviews-v2")]
    [InlineData("virtual-service-reviews-jason-v2-v3", "end-user: anna", "reviews-v3")]
    [InlineData("virtual-service-reviews-v3", "end-user: anna", "reviews-v3")]
    public void The_user_decides_the_version(string sample, string header, string workload)
    {
        using Mesh mesh = WithSubsets(sample);

        Assert.All(mesh.Calls(10, "productpage", Reviews, header), call => Assert.Equal(workload, call.Workload));
    }

    [Theory]
    [InlineData("virtual-service-reviews-50-v3", "reviews-v3", 0.5)]
    [InlineData("virtual-service-reviews-v2-v3", "reviews-v3", 0.5)]
    [InlineData("virtual-service-reviews-80-20", "reviews-v2", 0.2)]
    [InlineData("virtual-service-reviews-90-10", "reviews-v2", 0.1)]
    public void Weights_divide_a_thousand_calls_within_three_sigma(string sample, string workload, double share)
    {
        using Mesh mesh = WithSubsets(sample);

        int hits = mesh.Calls(1000, "productpage", Reviews).Count(call => call.Workload == workload);

        Assert.InRange(hits, (1000 * share) - Sigmas(share), (1000 * share) + Sigmas(share));
    }

    [Fact]
    public void Details_v2_without_such_a_pod_answers_no_healthy_upstream()
    {
        using Mesh mesh = WithSubsets("virtual-service-details-v2");

        CallResult call = mesh.Call("productpage", Details);

        Assert.Equal((503, "no healthy upstream"), (call.Status, call.Body));
        Assert.Contains(
            " 503 UH no_healthy_upstream ", Assert.Single(mesh.Proxy("productpage").EndLog()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_delay_makes_jason_alone_wait_seven_seconds()
    {
        using Mesh mesh = WithSubsets("virtual-service-ratings-test-delay");

        CallResult jason = mesh.Call("reviews-v2", Ratings, Jason);
        CallResult anna = mesh.Call("reviews-v2", Ratings);

        Assert.Equal((200, TimeSpan.FromSeconds(7)), (jason.Status, jason.Elapsed));
        Assert.Equal((200, TimeSpan.Zero), (anna.Status, anna.Elapsed));
        Assert.Contains(" 200 DI via_upstream ", mesh.Proxy("reviews-v2").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_abort_gives_jason_alone_a_500()
    {
        using Mesh mesh = WithSubsets("virtual-service-ratings-test-abort");

        CallResult jason = mesh.Call("reviews-v2", Ratings, Jason);
        CallResult anna = mesh.Call("reviews-v2", Ratings);

        Assert.Equal((500, "fault filter abort", 0), (jason.Status, jason.Body, jason.Attempts));
        Assert.Equal(200, anna.Status);
        Assert.Contains(" 500 FI fault_filter_abort ", mesh.Proxy("reviews-v2").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_fault_on_details_hits_everybody_with_555()
    {
        using Mesh mesh = Mesh.Bookinfo(Sample("fault-injection-details-v1"));

        Assert.All(mesh.Calls(10, "productpage", Details), call => Assert.Equal(555, call.Status));
    }

    [Fact]
    public void The_random_policy_of_reviews_reaches_every_version()
    {
        using Mesh mesh = Mesh.Bookinfo(Sample("destination-rule-reviews"));

        Assert.Equal(3, mesh.Calls(60, "productpage", Reviews).Select(call => call.Workload).Distinct().Count());
    }

    [Theory]
    [InlineData("/productpage", 200)]
    [InlineData("/static/style.css", 200)]
    [InlineData("/login", 200)]
    [InlineData("/logout", 200)]
    [InlineData("/api/v1/products/0", 200)]
    [InlineData("/productpages", 404)]
    [InlineData("/", 404)]
    public void The_gateway_serves_the_paths_of_its_virtual_service(string path, int status)
    {
        using Mesh mesh = Mesh.Bookinfo(Sample("bookinfo-gateway"));

        CallResult call = mesh.CallGateway("GET http://bookinfo.example" + path);

        Assert.Equal(status, call.Status);
        Assert.Equal(status == 200 ? "productpage-v1" : "", call.Workload);
    }

    private static double Sigmas(double share) => 3 * Math.Sqrt(1000 * share * (1 - share));
}
