namespace Lateen.Control.Tests.Translation;

using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Text;
using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation;

public sealed class GoldenTranslationTests
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("LATEEN_UPDATE_GOLDEN") == "1";

    [Theory]
    [InlineData("all-v1", "productpage", "clusters,endpoints,listeners,routes")]
    [InlineData("reviews-test-v2", "productpage", "routes")]
    [InlineData("reviews-50-50", "productpage", "routes")]
    [InlineData("ratings-delay", "reviews", "routes")]
    [InlineData("ratings-abort", "reviews", "routes")]
    [InlineData("reviews-timeout", "productpage", "routes")]
    [InlineData("gateway", "ingress", "listeners,routes")]
    [InlineData("http-fields", "productpage", "routes")]
    [InlineData("destination-rule-fields", "productpage", "clusters,routes")]
    [InlineData("delegate", "productpage", "routes")]
    [InlineData("sidecar", "productpage", "clusters,endpoints,listeners,routes")]
    [InlineData("gateway-streams", "ingress", "listeners,routes")]
    [InlineData("grpc-web", "ingress", "listeners,routes")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.tcp.connectTimeout")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.tcp.tcpKeepalive")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.http.maxRetries")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.http.h2UpgradePolicy")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.http.useClientProtocol")]
    public void A_mesh_is_translated_as_its_golden_files_say(string name, string proxy, string files)
    {
        string folder = Path.Combine(MeshFiles.Root, name);
        MeshSnapshot snapshot = MeshFiles.Bookinfo(File.ReadAllText(Path.Combine(folder, "input.yaml")));
        ProxyNode node = proxy == "ingress" ? MeshFiles.Ingress() : MeshFiles.Sidecar(proxy);
        XdsTranslator translator = new(new TranslationCache());

        foreach (string file in files.Split(','))
        {
            string text = Print(Resources(translator, snapshot, node, file));
            string path = Path.Combine(folder, file + ".yaml");
            if (Update)
            {
                File.WriteAllText(path, text);
            }

            Assert.Equal(File.ReadAllText(path), text);
        }
    }

    private static IReadOnlyList<EncodedResource> Resources(
        XdsTranslator translator, MeshSnapshot snapshot, ProxyNode node, string file)
    {
        IReadOnlyList<EncodedResource> clusters = translator.Translate(snapshot, node, XdsType.Cluster, null);
        return file switch
        {
            "clusters" => clusters,
            "listeners" => translator.Translate(snapshot, node, XdsType.Listener, null),
            "endpoints" => translator.Translate(
                snapshot, node, XdsType.Endpoint, [.. clusters.Where(each => each.AwaitsEndpoints).Select(each => each.Name)]),
            _ => translator.Translate(snapshot, node, XdsType.Route, ["9080", "http.8080"]),
        };
    }

    internal static string Print(IReadOnlyList<EncodedResource> resources)
    {
        JsonFormatter formatter = new(new JsonFormatter.Settings(false, ProtoTypes.Registry));
        return YamlWriter.WriteAll(resources.Select(each =>
        {
            MessageDescriptor type = ProtoTypes.Find(each.Body.TypeUrl) ?? throw new InvalidOperationException(each.Body.TypeUrl);
            return JsonNode.Parse(formatter.Format(type.Parser.ParseFrom(each.Body.Value)));
        }));
    }
}
