namespace Lateen.EndToEnd.Tests.Helm;

using System.Net;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>The mesh as people install it: a bare cluster, our chart repository and the course's own command lines.</summary>
public sealed class HelmTests
{
    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("3")]
    [InlineData("4")]
    public async Task The_charts_bring_bookinfo_up_and_are_upgraded_rolled_back_and_removed_without_a_failed_call(string major)
    {
        LocalCluster.Require();
        await using LocalCluster cluster = new();
        await cluster.UpAsync("--bare");
        using Helm helm = new(cluster, major);
        await InstallAsync(cluster, helm);
        Uri page = new(await DeployBookinfoAsync(cluster), "productpage");

        Fortio load = Fortio.Start(page, connections: 8, requestsPerSecond: 200, LoadTime);
        await helm.RunAsync("upgrade istiod lateen/istiod -n istio-system --set meshConfig.accessLogFile=/dev/stdout --wait");
        await cluster.KubectlAsync("rollout restart deployment");
        await cluster.KubectlAsync("rollout status deployment productpage-v1 --timeout=60s");
        Assert.Contains("deployed", await helm.RunAsync("history istiod -n istio-system"), StringComparison.Ordinal);
        await helm.RunAsync("rollback istiod 1 -n istio-system --wait");
        Assert.True(load.IsRunning, "the load ended before the rollback did");
        await load.AssertOnlyCode200Async(atLeast: (int)(LoadTime.TotalSeconds * 200 * 0.9));
        Assert.Contains("Rollback to 1", await helm.RunAsync("history istiod -n istio-system"), StringComparison.Ordinal);

        await UninstallAsync(cluster, helm);
    }

    private static async Task InstallAsync(LocalCluster cluster, Helm helm)
    {
        await helm.AddRepositoryAsync();
        string found = await helm.RunAsync("search repo lateen");
        Assert.All(new[] { "lateen/base", "lateen/istiod", "lateen/gateway", "lateen/cni" }, name => Assert.Contains(name, found, StringComparison.Ordinal));

        await helm.RunAsync("install istio-base lateen/base -n istio-system --set defaultRevision=default --create-namespace");
        await helm.RunAsync("install istiod lateen/istiod -n istio-system --wait --timeout 120s");
        await helm.RunAsync("install istio-ingressgateway lateen/gateway -n istio-system --wait --timeout 120s");

        Assert.Contains("STATUS: deployed", await helm.RunAsync("status istiod -n istio-system"), StringComparison.Ordinal);
        string everything = await helm.RunAsync("get all istiod -n istio-system");
        Assert.Contains("kind: MutatingWebhookConfiguration", everything, StringComparison.Ordinal);
        string releases = await helm.RunAsync("ls -n istio-system");
        Assert.All(new[] { "istio-base", "istiod", "istio-ingressgateway" }, name => Assert.Contains(name, releases, StringComparison.Ordinal));
        Assert.Contains("1/1", await cluster.KubectlAsync("get deployment istiod -n istio-system"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_node_agent_pods_are_redirected_without_a_privilege_of_their_own()
    {
        LocalCluster.Require();
        await using LocalCluster cluster = new();
        await cluster.UpAsync("--bare");
        using Helm helm = new(cluster, "3");
        await helm.AddRepositoryAsync();
        await helm.RunAsync("install istio-base lateen/base -n istio-system --create-namespace");
        await helm.RunAsync("install istio-cni lateen/cni -n istio-system --wait --timeout 60s");
        await cluster.KubectlAsync("rollout status daemonset istio-cni-node -n istio-system --timeout=60s");
        await helm.RunAsync("install istiod lateen/istiod -n istio-system --set cni.enabled=true --wait --timeout 60s");
        await cluster.KubectlAsync("label namespace default istio-injection=enabled");

        await cluster.KubectlAsync($"apply -f {Place.Samples}/sleep/sleep.yaml -f {Place.Samples}/httpbin/httpbin.yaml");
        await cluster.KubectlAsync("wait --for=condition=Ready pod --all --timeout=60s");

        Assert.Contains("is redirected", await cluster.KubectlAsync("logs deploy/httpbin -c istio-validation"), StringComparison.Ordinal);
        string answer = await cluster.ExecAsync("deploy/sleep", "sleep", "curl", "-sS", "-i", "http://httpbin:8000/get");
        Assert.Contains("x-envoy-upstream-service-time", answer, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<Uri> DeployBookinfoAsync(LocalCluster cluster)
    {
        await cluster.KubectlAsync("label namespace default istio-injection=enabled");
        await cluster.KubectlAsync($"apply -f {Bookinfo.Sample("platform/kube/bookinfo.yaml")}");
        await cluster.KubectlAsync($"apply -f {Bookinfo.Sample("networking/bookinfo-gateway.yaml")}");
        await cluster.KubectlAsync("wait --for=condition=Ready pod --all --timeout=60s");
        Uri ingress = await cluster.IngressAsync();
        using HttpClient client = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = ingress, Timeout = TimeSpan.FromSeconds(10) };
        await Until.TrueAsync(
            async () => (await Bookinfo.GetPageAsync(client)).Status == HttpStatusCode.OK, TimeSpan.FromSeconds(20), () => "the product page");
        return ingress;
    }

    private static async Task UninstallAsync(LocalCluster cluster, Helm helm)
    {
        await helm.RunAsync("uninstall istio-ingressgateway -n istio-system");
        await helm.RunAsync("uninstall istiod -n istio-system");
        await helm.RunAsync("uninstall istio-base -n istio-system");
        string kept = await cluster.KubectlAsync("get customresourcedefinitions -o name");
        Assert.Contains("virtualservices.networking.istio.io", kept, StringComparison.Ordinal);
        Assert.Contains("bookinfo", await cluster.KubectlAsync("get virtualservices -o name"), StringComparison.Ordinal);
        await cluster.KubectlAsync("delete namespace istio-system --timeout=30s");
        Assert.Empty(await cluster.KubectlAsync("get mutatingwebhookconfigurations,validatingwebhookconfigurations -o name"));
    }
}
