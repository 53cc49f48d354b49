namespace Lateen.Control.Tests.Analysis;

using System.Text.Json.Nodes;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Analysis;
using Lateen.Control.Config;
using static Lateen.Control.Tests.Analysis.AnalysisCases;

public sealed class ApplyWarningTests
{
    private static readonly JsonObject Older = Rule("older", "ratings");

    [Fact]
    public void A_virtual_service_for_a_host_that_another_routes_is_warned_of()
    {
        string warning = Assert.Single(Warnings(Rule("newer", "ratings")));

        Assert.Equal("Host ratings.default.svc.cluster.local is claimed at sidecars by default/older too; only the oldest of them "
            + "routes it [IST0109]", warning);
    }

    [Fact]
    public void An_object_that_is_applied_again_is_no_rival_of_itself() => Assert.Empty(Warnings(Older));

    [Fact]
    public void Another_host_is_no_reason_to_warn() => Assert.Empty(Warnings(Rule("newer", "reviews")));

    [Fact]
    public void A_misspelt_annotation_is_warned_of()
    {
        JsonObject rule = Rule("newer", "reviews");
        rule["metadata"]?.AsObject().Add("annotations", new JsonObject { ["sidecar.istio.io/proxyCPUs"] = "1" });

        Assert.EndsWith("[IST0108]", Assert.Single(Warnings(rule)), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Warnings(JsonObject resource)
    {
        var store = new ConfigStore();
        store.Apply(new ResourceKey("networking.istio.io", "VirtualService", "default", "older"), ResourceJson.Read<VirtualService>(Older));
        store.MarkSynced();
        return ApplyWarnings.For((JsonObject)resource.DeepClone(), "default", store.TakeSnapshot().Snapshot);
    }

    private static JsonObject Rule(string name, string host) => Assert.IsType<JsonObject>(
        Set(Istio("VirtualService", $"hosts: [{host}], http: [{{route: [{{destination: {{host: {host}}}}}]}}]", name, ", namespace: default"))
            .All[0].Root);
}
