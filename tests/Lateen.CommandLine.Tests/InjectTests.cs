namespace Lateen.CommandLine.Tests;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.CommandLine.Cluster;
using Lateen.Control.Injection;

public sealed class InjectTests
{
    private static readonly ManifestInjector Injector = new(InjectionConfig.From(null, null), [], nativeSidecars: true);

    [Fact]
    public void A_deployment_gets_the_proxy_in_its_template_and_stays_a_deployment()
    {
        (JsonObject injected, _) = Injector.Inject(Deployment(), "shop");

        Assert.Equal("Deployment", injected.TextAt("kind"));
        Assert.Equal("details-v1", injected.TextAt("metadata", "name"));
        JsonNode? template = injected.At("spec", "template");
        Assert.Contains("istio-proxy", template.ObjectsAt("spec", "initContainers").Select(c => c.TextAt("name")));
        Assert.Null(template.At("metadata", "ownerReferences"));
        JsonObject proxy = template.ObjectsAt("spec", "initContainers").Single(c => c.TextAt("name") == "istio-proxy");
        Assert.Contains("kubernetes://apis/apps/v1/namespaces/shop/deployments/details-v1",
            proxy.ObjectsAt("env").Select(e => e.TextAt("value")));
    }

    [Fact]
    public void What_makes_no_pods_stays_as_it_is()
    {
        var service = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Service",
            ["metadata"] = new JsonObject { ["name"] = "a" } };

        Assert.True(JsonNode.DeepEquals(service, Injector.Inject(service, "default").Object));
    }

    [Fact]
    public void Items_of_a_list_are_injected_each()
    {
        var list = new JsonObject { ["kind"] = "List", ["items"] = new JsonArray(Deployment()) };

        Assert.Contains("istio-proxy", Injector.Inject(list, "default").Object.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_cluster_the_charts_defaults_are_used()
    {
        Assert.Equal(0, await CommandTree.RunAsync(["kube-inject", "--offline", "-f", TestData.PathOf("bookinfo.yaml")]));
        Assert.Equal(65, await CommandTree.RunAsync(["inject", "--offline", "-f", "/does/not/exist"]));
    }

    private static JsonObject Deployment() => Assert.IsType<JsonObject>(
        StrictYaml.Read(TestData.Read("bookinfo.yaml")).Documents.Select(static d => d.Root).Single(static r =>
            r.TextAt("kind") == "Deployment"));
}
