namespace Lateen.Control.Tests.Ads;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Control.Ads;

public sealed class RefusalTests
{
    private const string Reviews = "/apis/networking.istio.io/v1/namespaces/default/destination-rule/reviews";
    private const string Ratings = "/apis/networking.istio.io/v1/namespaces/default/destination-rule/ratings";

    [Fact]
    public void A_refusal_that_names_a_resource_concerns_only_the_object_it_came_from()
    {
        Resource[] sent = [Sent("outbound|80||reviews", Reviews), Sent("outbound|80||ratings", Ratings)];

        Assert.Equal([Ratings], ResourceOrigins.Of(sent, "outbound|80||ratings: Cluster.lb_policy: not mine"));
    }

    [Fact]
    public void A_refusal_that_names_nothing_concerns_every_object_in_the_response()
    {
        Resource[] sent = [Sent("outbound|80||reviews", Reviews), Sent("outbound|80||ratings", Ratings)];

        Assert.Equal([Ratings, Reviews], ResourceOrigins.Of(sent, "no"));
    }

    private static Resource Sent(string name, string path)
    {
        Struct istio = new();
        istio.Fields["config"] = Value.ForString(path);
        Cluster cluster = new() { Name = name, Metadata = new Metadata() };
        cluster.Metadata.FilterMetadata["istio"] = istio;
        return new Resource { Name = name, Resource_ = Any.Pack(cluster) };
    }
}
