namespace Lateen.CommandLine.Tests;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.CommandLine.Cluster;
using Lateen.CommandLine.Commands;

public sealed class TagTests
{
    [Fact]
    public void A_tag_is_a_webhook_of_its_own_that_leads_to_the_revisions_control_plane()
    {
        JsonObject manifest = new RevisionTag("prod", "1-30", "istio-system").Manifest();

        Assert.Equal("istio-revision-tag-prod-istio-system", manifest.TextAt("metadata", "name"));
        Assert.Equal(["rev.namespace.sidecar-injector.istio.io", "rev.object.sidecar-injector.istio.io"],
            manifest.ObjectsAt("webhooks").Select(w => w.TextAt("name")));
        Assert.All(manifest.ObjectsAt("webhooks"), w => Assert.Equal("istiod-1-30", w.TextAt("clientConfig", "service", "name")));
        Assert.Contains("""{"key":"istio.io/rev","operator":"In","values":["prod"]}""", manifest.ToJsonString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_tag_serves_namespaces_that_name_no_revision() =>
        Assert.Equal(4, new RevisionTag("default", "1-30", "istio-system").Manifest().ObjectsAt("webhooks").Count());

    [Fact]
    public void Tags_are_listed_with_the_namespaces_that_follow_them()
    {
        var webhooks = new JsonObject { ["items"] = new JsonArray(new RevisionTag("prod", "1-30", "istio-system").Manifest()) };
        JsonNode? namespaces = JsonNode.Parse("""
            {"items": [{"metadata": {"name": "shop", "labels": {"istio.io/rev": "prod"}}}, {"metadata": {"name": "default"}}]}
            """);

        Assert.Equal("TAG    REVISION   NAMESPACES\nprod   1-30       shop\n",
            TagCommand.Print(webhooks, Assert.IsType<JsonObject>(namespaces), "table"));
    }

    [Theory]
    [InlineData(64, "tag", "generate", "prod")]
    [InlineData(0, "tag", "generate", "prod", "--revision", "1-30")]
    public async Task A_tag_needs_a_revision(int code, params string[] args) =>
        Assert.Equal(code, await CommandTree.RunAsync(args));

    [Theory]
    [InlineData(0, "bookinfo.yaml")]
    [InlineData(0, "analyze.yaml")]
    [InlineData(1, "broken.yaml")]
    public async Task Validation_fails_on_a_field_that_is_wrong(int code, string file) =>
        Assert.Equal(code, await CommandTree.RunAsync(["validate", "-f", TestData.PathOf(file)]));
}
