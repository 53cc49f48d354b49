namespace Lateen.Proxy.Tests.Xds;

using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;
using Lateen.Proxy.Xds.Reading;

public sealed class MetadataReaderTests
{
    [Fact]
    public void A_service_is_the_same_object_however_often_its_cluster_is_configured()
    {
        ClusterService first = Assert.Single(MetadataReader.Services(Metadata("reviews")));
        ClusterService again = Assert.Single(MetadataReader.Services(Metadata("reviews")));
        ClusterService other = Assert.Single(MetadataReader.Services(Metadata("ratings")));

        Assert.Same(first, again);
        Assert.NotSame(first, other);
    }

    private static Metadata Metadata(string name)
    {
        var service = new Struct { Fields = { ["host"] = Value.ForString($"{name}.default.svc.cluster.local"), ["name"] = Value.ForString(name) } };
        var istio = new Struct { Fields = { ["services"] = Value.ForList(Value.ForStruct(service)) } };
        return new Metadata { FilterMetadata = { ["istio"] = istio } };
    }
}
