namespace Lateen.Control.Tests.Translation;

using Lateen.Api.Names;
using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation;

public sealed class RegistryGoldenTests
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("LATEEN_UPDATE_GOLDEN") == "1";

    [Theory]
    [InlineData("service-entries", "clusters,endpoints,listeners,routes,names")]
    [InlineData("localities", "clusters,endpoints")]
    public void A_registry_is_translated_as_its_golden_files_say(string name, string files)
    {
        string folder = Path.Combine(MeshFiles.Root, name);
        MeshSnapshot snapshot = MeshFiles.Load(MeshFiles.Settings, File.ReadAllText(Path.Combine(folder, "input.yaml")));
        ProxyNode node = MeshFiles.Sidecar("caller") with { DnsCapture = true, Locality = Locality.Parse("region1/zone1") };
        XdsTranslator translator = new(new TranslationCache());

        foreach (string file in files.Split(','))
        {
            string text = GoldenTranslationTests.Print(Resources(translator, snapshot, node, file));
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
        List<EncodedResource> clusters = [.. translator.Translate(snapshot, node, XdsType.Cluster, null)
            .Where(each => each.Name.StartsWith("outbound|", StringComparison.Ordinal))];
        return file switch
        {
            "clusters" => clusters,
            "listeners" => [.. translator.Translate(snapshot, node, XdsType.Listener, null)
                .Where(each => !each.Name.StartsWith("virtual", StringComparison.Ordinal))],
            "endpoints" => translator.Translate(
                snapshot, node, XdsType.Endpoint, [.. clusters.Where(each => each.AwaitsEndpoints).Select(each => each.Name)]),
            "names" => translator.Translate(snapshot, node, XdsType.NameTable, null),
            _ => translator.Translate(snapshot, node, XdsType.Route, ["80"]),
        };
    }
}
