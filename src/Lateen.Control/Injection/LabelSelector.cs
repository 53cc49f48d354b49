namespace Lateen.Control.Injection;

using System.Text.Json.Nodes;

/// <summary>A Kubernetes label selector: matchLabels and matchExpressions, all of which must hold.</summary>
public sealed class LabelSelector
{
    private readonly List<(string Key, string Operator, HashSet<string> Values)> _terms = [];

    public static IReadOnlyList<LabelSelector> List(JsonNode? node) =>
        node is JsonArray list ? [.. list.OfType<JsonObject>().Select(From)] : [];

    public static LabelSelector From(JsonObject selector)
    {
        var result = new LabelSelector();
        foreach ((string key, JsonNode? value) in selector["matchLabels"] as JsonObject ?? [])
        {
            result._terms.Add((key, "In", [value?.ToString() ?? ""]));
        }

        foreach (JsonObject term in (selector["matchExpressions"] as JsonArray ?? []).OfType<JsonObject>())
        {
            HashSet<string> values = [.. (term["values"] as JsonArray ?? []).Select(v => v?.ToString() ?? "")];
            result._terms.Add((term["key"]?.ToString() ?? "", term["operator"]?.ToString() ?? "In", values));
        }

        return result;
    }

    /// <summary>An empty selector matches nothing here, as in Istio's injector: it is a list entry somebody forgot to fill.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) => _terms.Count > 0 && _terms.All(t => Holds(t, labels));

    private static bool Holds((string Key, string Operator, HashSet<string> Values) term, IReadOnlyDictionary<string, string> labels)
    {
        bool present = labels.TryGetValue(term.Key, out string? value);
        return term.Operator switch
        {
            "In" => present && term.Values.Contains(value ?? ""),
            "NotIn" => !present || !term.Values.Contains(value ?? ""),
            "Exists" => present,
            "DoesNotExist" => !present,
            _ => false,
        };
    }
}
