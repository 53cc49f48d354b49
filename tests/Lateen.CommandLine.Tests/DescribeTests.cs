namespace Lateen.CommandLine.Tests;

using Lateen.CommandLine.Analysis;
using Lateen.Control.Analysis;

public sealed class DescribeTests
{
    private const string RulesOfReviews = """
        VirtualService: reviews
           Match: end-user jason; route to reviews subset v2; with timeout
           Match: everything; route to reviews subset v1 (weight 90), reviews subset v9 (weight 10)
        ERROR: [IST0101] (VirtualService default/reviews bookinfo.yaml:54) Referenced host+subset in destinationrule not found: "reviews+v9"

        """;

    private static readonly AnalysisSet Set = Read();

    [Fact]
    public void A_pod_is_told_with_ports_subsets_rules_and_faults() => Assert.Equal("""
        Pod: reviews-v2-abc
           Pod Revision: default
           Pod Ports: 9080 (reviews), 15090 (istio-proxy)
        --------------------
        Service: reviews
           Port: http 9080/HTTP targets pod port 9080
        DestinationRule: reviews for "reviews"
           Matching subsets: v2
              (Non-matching subsets v1)
           Traffic Policy: load balancer

        """ + RulesOfReviews, new Description(Set).OfPod(Set.Pods.First()));

    [Fact]
    public void A_pod_without_a_proxy_is_warned_of() =>
        Assert.Contains("WARNING: the pod has no proxy", new Description(Set).OfPod(Set.Pods.Last()), StringComparison.Ordinal);

    [Fact]
    public void A_service_is_told_with_its_rules() =>
        Assert.EndsWith(RulesOfReviews, new Description(Set).OfService(Set.Services.First()), StringComparison.Ordinal);

    private static AnalysisSet Read()
    {
        var files = new ManifestFiles("default");
        files.Read(TestData.Read("bookinfo.yaml"), "bookinfo.yaml");
        return new AnalysisSet(files.Objects);
    }
}
