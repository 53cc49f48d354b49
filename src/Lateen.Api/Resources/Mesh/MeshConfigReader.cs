namespace Lateen.Api.Resources.Mesh;

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;
using Lateen.Api.Text;

/// <summary>Reads MeshConfig from the YAML of ConfigMap <c>istio</c>; settings without effect become findings.</summary>
[RequiresUnreferencedCode("Reflects over resource types; not for AOT programs.")]
[RequiresDynamicCode("Reflects over resource types; not for AOT programs.")]
public static class MeshConfigReader
{
    private static readonly SchemaNode _meshSchema = SchemaReader.Read(typeof(MeshConfig));
    private static readonly SchemaNode _proxySchema = SchemaReader.Read(typeof(ProxyConfig));

    /// <summary>The settings, or null when the text cannot be used and the last good settings should stay.</summary>
    public static MeshConfig? ReadMesh(string yaml, string file, out IReadOnlyList<Finding> findings)
    {
        MeshConfig? mesh = Read<MeshConfig>(yaml, file, _meshSchema, out findings);
        if (mesh is null || FormatProblem(mesh) is not { } problem)
        {
            return mesh;
        }

        const string Fix = "write an object of fields, or set accessLogEncoding: TEXT";
        findings = [.. findings, Finding.Error(FieldChecker.WrongType, "accessLogFormat", problem, Fix) with { Resource = file }];
        return null;
    }

    /// <summary>Reads the annotation <c>proxy.istio.io/config</c> or the variable PROXY_CONFIG.</summary>
    public static ProxyConfig? ReadProxy(string yaml, string file, out IReadOnlyList<Finding> findings) =>
        Read<ProxyConfig>(yaml, file, _proxySchema, out findings);

    // With JSON encoding the format is itself JSON, in a string that no schema looks into.
    private static string? FormatProblem(MeshConfig mesh)
    {
        if (mesh.AccessLogEncoding is not AccessLogEncoding.Json || mesh.AccessLogFormat.Length == 0)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(mesh.AccessLogFormat) is JsonObject ? null : "must be a JSON object, as accessLogEncoding is JSON";
        }
        catch (JsonException problem)
        {
            return $"must be a JSON object, as accessLogEncoding is JSON: {problem.Message}";
        }
    }

    private static T? Read<T>(string yaml, string file, SchemaNode schema, out IReadOnlyList<Finding> findings)
        where T : class, new()
    {
        ReadResult read = StrictYaml.Read(yaml, file);
        var all = new List<Finding>(read.Findings);
        findings = all;
        if (!read.Ok)
        {
            return null;
        }

        if (read.Documents is not [SourceDocument document, ..])
        {
            return new T();
        }

        // Istio's own parser warns about what it does not know; a mesh must not stop for a setting of a newer version.
        IEnumerable<Finding> checks = FieldChecker.Check(document.Root, schema)
            .Select(finding => finding.Code is FieldChecker.WrongType ? finding : finding with { Severity = Severity.Warning });
        all.AddRange(document.Locate(checks));
        if (all.Any(finding => finding.Severity is Severity.Error))
        {
            return null;
        }

        JsonNode root = document.Root ?? new JsonObject();
        if (ResourceJson.TryRead(root, out T? value, out string error))
        {
            return value;
        }

        all.Add(Finding.Error(FieldChecker.WrongType, "", error) with { Resource = file });
        return null;
    }
}
