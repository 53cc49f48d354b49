namespace Lateen.EndToEnd.Tests;

using System.Net;
using System.Text.Json.Nodes;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>The first hour of a newcomer, in order, on a cluster of its own.</summary>
public sealed class LabTests(LocalCluster cluster) : IClassFixture<LocalCluster>
{
    private static readonly string[] Deployments = ["details-v1", "productpage-v1", "ratings-v1", "reviews-v1", "reviews-v2", "reviews-v3"];

    [Fact]
    public async Task Bookinfo_runs_unlabelled_then_with_sidecars_then_behind_the_gateway()
    {
        LocalCluster.Require();
        await DeployWithoutLabelAsync();
        await LabelAndRestartAsync();
        await CallFromInsideAsync();
        await OpenTheGatewayAsync();
        await ApplyIstiosOwnFilesAsync();
    }

    private async Task DeployWithoutLabelAsync()
    {
        await cluster.KubectlAsync($"apply -f {Bookinfo.Sample("platform/kube/bookinfo.yaml")}");
        await cluster.KubectlAsync("wait --for=condition=Available deployment --all --timeout=60s");

        Assert.Equal(Enumerable.Repeat("1/1 Running", 6), await PodsAsync());
        string services = await cluster.KubectlAsync("get services -o name");
        Assert.Equal(
            ["service/details", "service/kubernetes", "service/productpage", "service/ratings", "service/reviews"],
            services.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    private async Task LabelAndRestartAsync()
    {
        await cluster.KubectlAsync("label namespace default istio-injection=enabled");
        await cluster.KubectlAsync("rollout restart deployment");
        foreach (string deployment in Deployments)
        {
            await cluster.KubectlAsync($"rollout status deployment/{deployment} --timeout=90s");
        }

        IReadOnlyList<string> last = [];
        await Until.TrueAsync(
            async () => (last = await PodsAsync()).Count == 6 && last.All(p => p == "2/2 Running"),
            TimeSpan.FromSeconds(60), () => string.Join(", ", last));
    }

    private async Task CallFromInsideAsync()
    {
        string html = await cluster.ExecAsync("deploy/ratings-v1", "ratings", "curl", "-sS", "productpage:9080/productpage");

        Assert.Contains("<title>Simple Bookstore App</title>", html);
    }

    private async Task OpenTheGatewayAsync()
    {
        await cluster.KubectlAsync($"apply -f {Bookinfo.Sample("networking/bookinfo-gateway.yaml")}");
        using var client = new HttpClient();
        Uri ingress = await cluster.IngressAsync();
        await Until.TrueAsync(
            async () =>
            {
                using HttpResponseMessage response = await client.GetAsync(new Uri(ingress, "productpage"));
                return response.StatusCode == HttpStatusCode.OK;
            },
            TimeSpan.FromSeconds(10), () => "the page at the load balancer's address");

        string host = await cluster.KubectlAsync("get pod -l istio=ingressgateway -n istio-system -o jsonpath={.items[0].status.hostIP}");
        string port = await cluster.KubectlAsync(
            "get service istio-ingressgateway -n istio-system -o jsonpath={.spec.ports[?(@.name==\"http2\")].nodePort}");
        string page = await client.GetStringAsync(new Uri($"http://{host}:{port}/productpage"));
        Assert.Contains("<title>Simple Bookstore App</title>", page);
    }

    private async Task ApplyIstiosOwnFilesAsync()
    {
        if (Place.IstioSamples is not { } samples)
        {
            TestContext.Current.TestOutputHelper?.WriteLine("Istio's own sample files are not beside the repository; ours were used.");
            return;
        }

        string output = await cluster.KubectlAsync($"apply -f {samples}/bookinfo/platform/kube/bookinfo.yaml -f {samples}/bookinfo/networking/bookinfo-gateway.yaml");
        Assert.Equal(16, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        await cluster.KubectlAsync("wait --for=condition=Available deployment --all --timeout=60s");
    }

    private async Task<IReadOnlyList<string>> PodsAsync()
    {
        string table = await cluster.KubectlAsync("get pods --no-headers");
        return [.. table.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(cells => $"{cells[1]} {cells[2]}")];
    }
}
