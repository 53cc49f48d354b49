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

    [Fact]
    public void All_metadata_is_kept_as_JSON()
    {
        Metadata metadata = Metadata("reviews");
        metadata.FilterMetadata["more"] = new Struct
        {
            Fields = { ["n"] = Value.ForNumber(1.5), ["b"] = Value.ForBool(true), ["none"] = Value.ForNull(), ["l"] = Value.ForList() },
        };

        string json = System.Text.Encoding.UTF8.GetString(MetadataReader.Json(metadata) ?? []);

        Assert.Contains("\"istio\":{\"services\":[{\"host\":\"reviews.default.svc.cluster.local\",\"name\":\"reviews\"}]}", json);
        Assert.Contains("\"more\":{\"n\":1.5,\"b\":true,\"none\":null,\"l\":[]}", json);
        Assert.Null(MetadataReader.Json(new Metadata()));
    }

    private static Metadata Metadata(string name)
    {
        var service = new Struct { Fields = { ["host"] = Value.ForString($"{name}.default.svc.cluster.local"), ["name"] = Value.ForString(name) } };
        var istio = new Struct { Fields = { ["services"] = Value.ForList(Value.ForStruct(service)) } };
        return new Metadata { FilterMetadata = { ["istio"] = istio } };
    }
}
