namespace Lateen.Proxy.Tests.Xds;

using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Xds.Reading;
using ClusterMessage = Envoy.Config.Cluster.V3.Cluster;

public sealed class BrokenMessageTests
{
    // A wrapper of length 2 that holds a tag and no value; an unknown field that is cut short; a length beyond the end.
    [Theory]
    [InlineData("2A020801" + "2A0108")]
    [InlineData("2A01FF")]
    [InlineData("0A7F61")]
    [InlineData("CA3F05AABB")]
    public void A_broken_message_is_an_error_and_no_exception(string hexadecimal)
    {
        var any = new Any
        {
            TypeUrl = "type.googleapis.com/envoy.config.cluster.v3.Cluster",
            Value = ByteString.CopyFrom(Convert.FromHexString(hexadecimal)),
        };
        var context = new ReadContext(ExtensionCatalog.Empty);

        Assert.False(context.TryUnpack(any, "Cluster", ClusterMessage.Parser, out ClusterMessage _));
        Assert.StartsWith("Cluster: is no valid envoy.config.cluster.v3.Cluster", Assert.Single(context.Errors), StringComparison.Ordinal);
    }
}
