namespace Lateen.Control.Tests.Analysis;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.Control.Analysis;
using Lateen.Control.Injection;

/// <summary>Short ways to write the objects that analyzers look at.</summary>
internal static class AnalysisCases
{
    public const string Reviews = """
        {apiVersion: v1, kind: Service, metadata: {name: reviews},
            spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}]}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: r, labels: {app: reviews, version: v1}}, spec: {containers: []}}
        """;

    public static string Istio(string kind, string spec, string name = "x", string metadata = "") =>
        $"{{apiVersion: networking.istio.io/v1, kind: {kind}, metadata: {{name: {name}{metadata}}}, spec: {{{spec}}}}}\n";

    public static string Policy(string spec) =>
        $"{{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {{name: x}}, spec: {{{spec}}}}}\n";

    public static string Namespace(string labels) =>
        $"{{apiVersion: v1, kind: Namespace, metadata: {{name: default, labels: {{{labels}}}}}}}\n";

    public static string Pod(string spec, string metadata = "") =>
        $"{{apiVersion: v1, kind: Pod, metadata: {{name: p{metadata}}}, spec: {{{spec}}}}}\n";

    public static string Deployment(string labels, string podSpec = "containers: []") =>
        $"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: d}}, spec: {{template: "
        + $"{{metadata: {{labels: {{{labels}}}}}, spec: {{{podSpec}}}}}}}}}\n";

    public static string Service(string name, string ports, string more = "selector: {app: a}") =>
        $"{{apiVersion: v1, kind: Service, metadata: {{name: {name}}}, spec: {{{more}, ports: [{ports}]}}}}\n";

    public static string All(params ReadOnlySpan<string> documents) => string.Join("\n---\n", documents);

    public static AnalysisSet Set(string yaml, JsonObject? values = null)
    {
        ReadResult read = StrictYaml.Read(yaml, "shop.yaml");
        Assert.Empty(read.Findings);
        return new AnalysisSet(
            read.Documents.Select(d => new AnalysisObject(Assert.IsType<JsonObject>(d.Root), d)),
            injection: values is null ? null : InjectionConfig.From(null, values));
    }

    public static IReadOnlyList<AnalysisMessage> Run(string yaml, JsonObject? values = null) =>
        MeshAnalysis.Run(Set(yaml, values));
}
