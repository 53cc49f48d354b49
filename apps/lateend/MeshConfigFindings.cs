namespace Lateen.Lateend;

using System.Text.Json.Nodes;
using Lateen.Api.Resources.Mesh;
using Lateen.Api.Resources.Schemas;
using Lateen.Api.Text;

/// <summary>What is wrong with a mesh configuration: unknown or mistyped fields are errors, fields without effect warnings.</summary>
internal static class MeshConfigFindings
{
    private static readonly SchemaNode Schema = SchemaReader.Read(typeof(MeshConfig));

    // A setting that has no effect yet must not stop the others: it is named in the log instead.
    public static IReadOnlyList<Finding> Check(JsonObject mesh) =>
        [.. FieldChecker.Check(mesh, Schema).Select(f => f.Code == FieldChecker.NotYetEnforced ? f with { Severity = Severity.Warning } : f)];
}
