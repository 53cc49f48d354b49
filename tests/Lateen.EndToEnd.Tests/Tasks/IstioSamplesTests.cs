namespace Lateen.EndToEnd.Tests.Tasks;

using Lateen.EndToEnd.Tests.Harness;

/// <summary>Istio's own sample files, where somebody put them beside the repository, are accepted as they are.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class IstioSamplesTests(Bookinfo bookinfo)
{
    private static readonly string[] Files =
    [
        "httpbin/httpbin.yaml", "httpbin/httpbin-gateway.yaml", "httpbin/sample-client/fortio-deploy.yaml", "curl/curl.yaml", "sleep/sleep.yaml",
        "helloworld/helloworld.yaml", "helloworld/helloworld-gateway.yaml", "tcp-echo/tcp-echo-services.yaml", "tcp-echo/tcp-echo-all-v1.yaml",
        "tcp-echo/tcp-echo-20-v2.yaml", "bookinfo/networking/destination-rule-all.yaml", "bookinfo/networking/virtual-service-all-v1.yaml",
        "bookinfo/networking/virtual-service-reviews-50-v3.yaml", "bookinfo/networking/virtual-service-ratings-test-delay.yaml",
        "bookinfo/networking/virtual-service-ratings-test-abort.yaml", "bookinfo/networking/fault-injection-details-v1.yaml",
        "httpbin/gateway-api/httpbin-gateway.yaml", "helloworld/gateway-api/helloworld-gateway.yaml",
        "helloworld/gateway-api/helloworld-route.yaml", "tcp-echo/gateway-api/tcp-echo-all-v1.yaml",
        "tcp-echo/gateway-api/tcp-echo-20-v2.yaml", "bookinfo/gateway-api/bookinfo-gateway.yaml", "bookinfo/gateway-api/route-all-v1.yaml",
        "bookinfo/platform/kube/bookinfo-ingress.yaml", "bookinfo/platform/kube/bookinfo-versions.yaml",
        "bookinfo/platform/kube/bookinfo-ratings-v2.yaml", "bookinfo/networking/virtual-service-reviews-jason-v2-v3.yaml",
    ];

    [Fact]
    public async Task Sample_files_of_Istio_are_accepted_unchanged()
    {
        LocalCluster.Require();
        if (Place.IstioSamples is not { } folder)
        {
            TestContext.Current.TestOutputHelper?.WriteLine("Istio's own sample files are not beside the repository.");
            return;
        }

        foreach (string file in Files)
        {
            await bookinfo.Cluster.KubectlAsync($"apply --dry-run=server -f {Path.Combine(folder, file)}");
        }
    }
}
