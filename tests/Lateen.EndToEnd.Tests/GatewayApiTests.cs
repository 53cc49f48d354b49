namespace Lateen.EndToEnd.Tests;

using System.Net;
using System.Text.Json.Nodes;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>The Gateway API's side of the bookinfo course: a gateway of its own at the edge, and routes for calls within the mesh.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class GatewayApiTests(Bookinfo bookinfo)
{
    private const int Requests = 1000;

    [Fact]
    [Trait("field", "gateway.networking.k8s.io/Gateway.spec.gatewayClassName")]
    public async Task A_gateway_gets_pods_and_an_address_that_serves_the_page_and_takes_both_along_when_it_goes()
    {
        await PrepareAsync();
        try
        {
            Uri address = await GatewayAsync();
            using HttpClient client = ClientOf(address);

            Page page = await Bookinfo.GetPageAsync(client);
            using HttpResponseMessage other = await client.GetAsync(
                new Uri("nothing", UriKind.Relative), TestContext.Current.CancellationToken);

            Assert.True(page.HasNoStars || page.HasBlackStars || page.HasRedStars, page.Html);
            Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
            JsonNode route = await bookinfo.Cluster.GetAsync("httproute bookinfo");
            Assert.Equal("istio.io/gateway-controller", route["status"]?["parents"]?[0]?["controllerName"]?.ToString());
            Assert.All(
                route["status"]?["parents"]?[0]?["conditions"]?.AsArray() ?? [], each => Assert.Equal("True", each?["status"]?.ToString()));
            Assert.Equal("1", (await bookinfo.Cluster.GetAsync("gtw bookinfo-gateway"))["metadata"]?["generation"]?.ToString());
        }
        finally
        {
            await bookinfo.Cluster.KubectlAsync($"delete -f {Sample("bookinfo-gateway.yaml")}");
        }

        await Until.TrueAsync(
            async () => (await bookinfo.Cluster.KubectlAsync("get deployment,service,serviceaccount -l gateway.istio.io/managed")).Length == 0,
            TimeSpan.FromSeconds(30),
            () => "what was made for the gateway to go");
    }

    [Theory]
    [Trait("field", "HTTPRoute.spec.parentRefs")]
    [InlineData("route-reviews-90-10.yaml", 0.1)]
    [InlineData("route-reviews-50-v3.yaml", 0.5)]
    public async Task Routes_of_services_shift_the_calls_of_sidecars(string file, double share)
    {
        await PrepareAsync();
        try
        {
            await bookinfo.Cluster.KubectlAsync($"apply -f {Bookinfo.Sample("platform/kube/bookinfo-versions.yaml")}");
            await bookinfo.Cluster.KubectlAsync($"apply -f {Sample("route-all-v1.yaml")}");
            using HttpClient client = bookinfo.Client();
            await SeeAsync(client, "version 1 only", pages => pages.TrueForAll(page => page.HasNoStars));
            await bookinfo.Cluster.KubectlAsync($"apply -f {Sample(file)}");
            await SeeAsync(client, file, pages => pages.Exists(page => !page.HasNoStars));

            int other = 0;
            for (int i = 0; i < Requests; i++)
            {
                Page page = await Bookinfo.GetPageAsync(client);
                Assert.Equal(HttpStatusCode.OK, page.Status);
                other += page.HasNoStars ? 0 : 1;
            }

            double deviation = Math.Sqrt(Requests * share * (1 - share));
            Assert.InRange(other, (Requests * share) - (3 * deviation), (Requests * share) + (3 * deviation));
        }
        finally
        {
            await bookinfo.Cluster.KubectlAsync("delete httproute reviews productpage ratings details --ignore-not-found");
        }
    }

    private static string Sample(string file) => Bookinfo.Sample("gateway-api/" + file);

    private static HttpClient ClientOf(Uri address) => new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(30),
    };

    private static async Task SeeAsync(HttpClient client, string what, Predicate<List<Page>> expected)
    {
        await Until.TrueAsync(
            async () =>
            {
                List<Page> pages = [];
                for (int i = 0; i < 20; i++)
                {
                    pages.Add(await Bookinfo.GetPageAsync(client));
                }

                return expected(pages);
            },
            TimeSpan.FromSeconds(60),
            () => what);
    }

    private async Task<Uri> GatewayAsync()
    {
        await bookinfo.Cluster.KubectlAsync($"apply -f {Sample("bookinfo-gateway.yaml")}");
        await bookinfo.Cluster.KubectlAsync("wait --for=condition=programmed gtw bookinfo-gateway --timeout=60s");
        string host = await bookinfo.Cluster.KubectlAsync("get gtw bookinfo-gateway -o jsonpath={.status.addresses[0].value}");
        string port = await bookinfo.Cluster.KubectlAsync("get gtw bookinfo-gateway -o jsonpath={.spec.listeners[?(@.name==\"http\")].port}");
        return new Uri($"http://{host}:{port}/");
    }

    private async Task PrepareAsync()
    {
        LocalCluster.Require();
        await bookinfo.ResetAsync();
    }
}
