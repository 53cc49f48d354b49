namespace Lateen.Control.Validation;

using System.Text.Json.Nodes;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Resources.Schemas;
using Lateen.Api.Text;

/// <summary>Judges one configuration object by itself, as webhook and command line do: all findings at once.</summary>
public static class Validator
{
    private const string Group = "networking.istio.io/";

    private static readonly SchemaNode _virtualService = SchemaReader.Read(typeof(VirtualServiceSpec));
    private static readonly SchemaNode _destinationRule = SchemaReader.Read(typeof(DestinationRuleSpec));
    private static readonly SchemaNode _sidecar = SchemaReader.Read(typeof(SidecarSpec));
    private static readonly SchemaNode _serviceEntry = SchemaReader.Read(typeof(ServiceEntrySpec));
    private static readonly SchemaNode _workloadEntry = SchemaReader.Read(typeof(WorkloadEntrySpec));
    private static readonly SchemaNode _gateway = SchemaReader.Read(typeof(GatewaySpec));

    /// <summary>The findings of an object; a kind that is not ours has none.</summary>
    public static IReadOnlyList<Finding> Validate(string apiVersion, string kind, JsonObject obj)
    {
        if (!apiVersion.StartsWith(Group, StringComparison.Ordinal))
        {
            return [];
        }

        IReadOnlyList<Finding> findings = kind switch
        {
            "VirtualService" => Check<VirtualServiceSpec>(obj, _virtualService, VirtualServiceRules.Check),
            "DestinationRule" => Check<DestinationRuleSpec>(obj, _destinationRule, DestinationRuleRules.Check),
            "ServiceEntry" => Check<ServiceEntrySpec>(obj, _serviceEntry, ServiceEntryRules.Check),
            "WorkloadEntry" => Check<WorkloadEntrySpec>(obj, _workloadEntry, WorkloadEntryRules.Check),
            "Sidecar" => Check<SidecarSpec>(obj, _sidecar, SidecarRules.Check),
            "Gateway" => Check<GatewaySpec>(obj, _gateway, GatewayRules.Check),
            _ => [],
        };
        string resource = $"{kind} {obj["metadata"]?["namespace"]}/{obj["metadata"]?["name"]}";
        return [.. findings.Select(finding => finding with { Resource = resource })];
    }

    private static IReadOnlyList<Finding> Check<TSpec>(JsonObject obj, SchemaNode schema, Action<TSpec, Findings> rules)
        where TSpec : class
    {
        if (obj["spec"] is not JsonNode spec)
        {
            return [Finding.Error(FieldChecker.MissingField, "spec", "spec is required", "add spec")];
        }

        var structural = new List<Finding>(TopLevel(obj));
        structural.AddRange(FieldChecker.Check(spec, schema, "spec"));

        // What the schema refuses is taken out, so that the rules can still judge the rest in the same run.
        JsonNode? rest = Pruned(obj, structural);
        if (rest is null || !ResourceJson.TryRead(rest, out TSpec? typed, out string error))
        {
            return structural;
        }

        var semantic = new Findings();
        rules(typed, semantic);
        IEnumerable<Finding> unrelated = semantic.All
            .Where(finding => !structural.Any(known => IsAbout(known.Path, finding.Path)));

        // A warning such as "never reached" may stem from the very field that was taken out.
        bool warn = structural.Count == 0;
        return [.. structural, .. unrelated.Where(finding => warn || finding.Severity is Severity.Error)];
    }

    private static IEnumerable<Finding> TopLevel(JsonObject obj)
    {
        string[] known = ["apiVersion", "kind", "metadata", "spec", "status"];
        foreach (KeyValuePair<string, JsonNode?> field in obj)
        {
            if (!known.Contains(field.Key))
            {
                string? nearest = NearestName.Find(field.Key, known);
                string fix = nearest is null ? "remove it" : $"did you mean \"{nearest}\"?";
                yield return Finding.Error(FieldChecker.UnknownField, field.Key, $"unknown field \"{field.Key}\"", fix);
            }
        }
    }

    private static JsonNode? Pruned(JsonObject obj, IReadOnlyList<Finding> findings)
    {
        var copy = (JsonObject)obj.DeepClone();
        foreach (Finding finding in findings.Where(finding => finding.Code is not FieldChecker.MissingField))
        {
            if (!JsonPath.TryRemove(copy, finding.Path))
            {
                return null;
            }
        }

        return copy["spec"];
    }

    // A rule that misses what the schema already complained about would only repeat it.
    private static bool IsAbout(string known, string path) =>
        known.StartsWith(path, StringComparison.Ordinal) || path.StartsWith(known, StringComparison.Ordinal);
}
