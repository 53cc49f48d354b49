namespace Lateen.Control.Tests.Translation;

using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation;

public sealed class GrpcWebTests
{
    private const string Filter = "envoy.filters.http.grpc_web";

    [Fact]
    public void Only_listeners_of_gRPC_Web_ports_have_its_filter()
    {
        Assert.Equal([true, false], new[] { "0.0.0.0_9090", "0.0.0.0_9080" }.Select(name => HasFilter(MeshFiles.Sidecar("productpage"), name)));
        Assert.True(HasFilter(MeshFiles.Ingress(), "0.0.0.0_8080"));
    }

    [Fact]
    public void Behind_it_HTTP_2_is_spoken()
    {
        EncodedResource cluster = Translate(MeshFiles.Sidecar("productpage"), XdsType.Cluster)
            .Single(each => each.Name == "outbound|9090||api.example");

        Assert.Contains("http2ProtocolOptions", GoldenTranslationTests.Print([cluster]), StringComparison.Ordinal);
    }

    private static bool HasFilter(ProxyNode node, string name)
    {
        Listener listener = Listener.Parser.ParseFrom(Translate(node, XdsType.Listener).Single(each => each.Name == name).Body.Value);
        return listener.FilterChains.SelectMany(static chain => chain.Filters)
            .Where(static filter => filter.TypedConfig.Is(HttpConnectionManager.Descriptor))
            .SelectMany(static filter => filter.TypedConfig.Unpack<HttpConnectionManager>().HttpFilters)
            .Any(static filter => filter.Name == Filter);
    }

    private static IReadOnlyList<EncodedResource> Translate(ProxyNode node, XdsType type)
    {
        MeshSnapshot snapshot = MeshFiles.Bookinfo(File.ReadAllText(Path.Combine(MeshFiles.Root, "grpc-web", "input.yaml")));
        return new XdsTranslator(new TranslationCache()).Translate(snapshot, node, type, null);
    }
}
