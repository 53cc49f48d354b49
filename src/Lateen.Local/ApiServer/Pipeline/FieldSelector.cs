namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;

/// <summary>A field selector; which fields a kind can be selected by is a short list, as in Kubernetes.</summary>
internal sealed class FieldSelector
{
    public static readonly FieldSelector Everything = new([]);

    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["pods"] = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
            "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName"],
        ["events"] = ["involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
            "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
                "reportingComponent",
            "source", "type", "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "reportingController"],
        ["secrets"] = ["type"],
        ["namespaces"] = ["status.phase"],
        ["nodes"] = ["spec.unschedulable"],
        ["services"] = ["spec.clusterIP", "spec.type"],
        ["replicasets"] = ["status.replicas"],
        ["jobs"] = ["status.successful"],
    };

    private readonly IReadOnlyList<(string[] Path, string Value, bool Equal)> terms;

    private FieldSelector(IReadOnlyList<(string[] Path, string Value, bool Equal)> terms) => this.terms = terms;

    /// <summary>The name when the selector asks for exactly one object.</summary>
    public string? SingleName => terms is [(["metadata", "name"], string name, true)] ? name : null;

    public static FieldSelector Parse(string? text, ResourceDefinition resource)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Everything;
        }

        var found = new List<(string[], string, bool)>();
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int at = part.IndexOf('=');
            if (at <= 0)
            {
                throw ApiErrors.BadRequest($"invalid selector: '{text}'; can't understand '{part}'");
            }

            bool equal = part[at - 1] != '!';
            string field = part[..(equal ? at : at - 1)].Trim();
            CheckKnown(field, resource);
            found.Add((field.Split('.'), part[(at + 1)..].TrimStart('='), equal));
        }

        return new FieldSelector(found);
    }

    public bool Matches(JsonObject obj)
    {
        foreach ((string[] path, string wanted, bool equal) in terms)
        {
            string value = Value(obj, path);
            if (value == wanted != equal)
            {
                return false;
            }
        }

        return true;
    }

    private static string Value(JsonObject obj, string[] path)
    {
        JsonNode? node = path is ["source"] ? obj.At("source", "component") : obj.At(path);
        return node is JsonValue value ? value.AsText() ?? value.ToJsonString()
            : path is ["spec", "unschedulable" or "hostNetwork"] ? "false" : "";
    }

    private static void CheckKnown(string field, ResourceDefinition resource)
    {
        bool known = field is "metadata.name" or "metadata.namespace"
            || (Known.TryGetValue(resource.Type.Plural, out string[]? fields) && fields.Contains(field))
            || resource.SelectableFields.Objects().Any(item => item.Str("jsonPath")?.TrimStart('.') == field);
        if (!known)
        {
            throw ApiErrors.BadRequest($"field label not supported: {field}");
        }
    }
}
