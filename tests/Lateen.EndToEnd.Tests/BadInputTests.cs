namespace Lateen.EndToEnd.Tests;

using System.Text.Json.Nodes;
using Lateen.EndToEnd.Tests.Harness;

[Collection(BookinfoCollection.Name)]
public sealed class BadInputTests(Bookinfo bookinfo)
{
    private LocalCluster Cluster => bookinfo.Cluster;

    [Theory]
    [InlineData("rooute: [{destination: {host: reviews}}]", "spec.http[0].rooute")]
    [InlineData("timeout: 5, route: [{destination: {host: reviews}}]", "spec.http[0].timeout")]
    [InlineData("match: [{uri: {regex: \"a(b\"}}], route: [{destination: {host: reviews}}]", "spec.http[0].match[0].uri.regex")]
    [InlineData("route: [{destination: {subset: v1}}]", "spec.http[0].route[0].destination.host")]
    [InlineData("match: [{statPrefix: a}], route: [{destination: {host: reviews}}]", "spec.http[0].match[0].statPrefix")]
    public async Task A_wrong_field_is_refused_by_path_and_the_stored_object_stays(string http, string path)
    {
        LocalCluster.Require();
        await Cluster.KubectlAsync("apply -f -", Rule("route: [{destination: {host: reviews}}]"));
        JsonNode before = (await Cluster.GetAsync("virtualservice bad-input"))["spec"]!;

        Outcome refused = await Cluster.TryKubectlAsync("apply -f -", Rule(http));

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(path, refused.Error);
        Assert.True(JsonNode.DeepEquals(before, (await Cluster.GetAsync("virtualservice bad-input"))["spec"]));
        await Cluster.KubectlAsync("delete virtualservice bad-input");
    }

    [Fact]
    public async Task Broken_YAML_is_refused_and_nothing_is_stored()
    {
        LocalCluster.Require();

        Outcome refused = await Cluster.TryKubectlAsync("apply -f -", "apiVersion: networking.istio.io/v1\nkind: VirtualService\n  metadata: [");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("yaml", refused.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task With_validate_warn_an_unknown_field_is_named_and_pruned()
    {
        LocalCluster.Require();

        Outcome warned = await Cluster.TryKubectlAsync(
            "apply --validate=warn -f -", Rule("rooute: [], route: [{destination: {host: reviews}}]"));

        Assert.Equal(0, warned.ExitCode);
        Assert.Contains("spec.http[0].rooute", warned.Error);
        Assert.Null((await Cluster.GetAsync("virtualservice bad-input"))["spec"]!["http"]![0]!["rooute"]);
        await Cluster.KubectlAsync("delete virtualservice bad-input");
    }

    [Fact]
    public async Task An_unknown_host_is_accepted_with_a_warning_and_a_status_that_name_the_nearest()
    {
        LocalCluster.Require();

        Outcome applied = await Cluster.TryKubectlAsync("apply -f -", Rule("route: [{destination: {host: reviws}}]"));

        Assert.Equal(0, applied.ExitCode);
        Assert.Contains("Warning:", applied.Error);
        Assert.Contains("reviws", applied.Error);
        Assert.Contains("reviews", applied.Error);
        string status = "";
        await Until.TrueAsync(
            async () => (status = (await Cluster.GetAsync("virtualservice bad-input"))["status"]?.ToJsonString() ?? "").Contains("reviws", StringComparison.Ordinal),
            TimeSpan.FromSeconds(10), () => $"status: {status}");
        await Cluster.KubectlAsync("delete virtualservice bad-input");
    }

    private static string Rule(string http) =>
        $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: bad-input}
        spec:
          hosts: [bad-input.example.com]
          http: [{ {{http}} }]
        """;
}
