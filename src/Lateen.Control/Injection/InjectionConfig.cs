namespace Lateen.Control.Injection;

using System.Text.Json.Nodes;

/// <summary>
/// ConfigMap istio-sidecar-injector: <c>config</c> (policy and selectors) and <c>values</c> (the chart's values as JSON). The templates
/// themselves are built in.
/// </summary>
public sealed class InjectionConfig
{
    private readonly JsonObject _values;

    private InjectionConfig(JsonObject values) => _values = values;

    /// <summary>False when policy is "disabled": only pods that ask are injected.</summary>
    public required bool Enabled { get; init; }

    public required IReadOnlyList<LabelSelector> AlwaysInject { get; init; }

    public required IReadOnlyList<LabelSelector> NeverInject { get; init; }

    /// <summary>The template of pods that name none.</summary>
    public required string DefaultTemplate { get; init; }

    /// <summary>Annotations added to every injected pod.</summary>
    public required IReadOnlyDictionary<string, string> InjectedAnnotations { get; init; }

    public string Revision => Text("revision", "") is { Length: > 0 } revision ? revision : "default";

    public string IstioNamespace => Text("global.istioNamespace", "istio-system");

    public string ClusterDomain => Text("global.proxy.clusterDomain", "cluster.local");

    /// <summary>Reads both keys of the ConfigMap; a missing key means its default.</summary>
    public static InjectionConfig From(JsonObject? config, JsonObject? values) => new(values ?? [])
    {
        Enabled = config?["policy"]?.GetValue<string>() != "disabled",
        AlwaysInject = LabelSelector.List(config?["alwaysInjectSelector"]),
        DefaultTemplate = config?["defaultTemplates"]?[0]?.ToString() ?? "sidecar",
        NeverInject = LabelSelector.List(config?["neverInjectSelector"]),
        InjectedAnnotations = config?["injectedAnnotations"] is JsonObject annotations
            ? annotations.ToDictionary(a => a.Key, a => a.Value?.ToString() ?? "")
            : new Dictionary<string, string>(),
    };

    /// <summary>The value at a dotted path, or the default when it is absent or empty.</summary>
    public string Text(string path, string fallback)
    {
        string? text = Node(path)?.ToString();
        return string.IsNullOrEmpty(text) ? fallback : text;
    }

    public bool Flag(string path, bool fallback) => Node(path) is JsonValue value && value.TryGetValue(out bool flag) ? flag : fallback;

    public int Number(string path, int fallback) =>
        int.TryParse(Node(path)?.ToString(), System.Globalization.CultureInfo.InvariantCulture, out int number) ? number : fallback;

    public JsonObject? Object(string path) => Node(path) as JsonObject;

    /// <summary>The texts of a list of strings, or of objects with a name (pull secrets are written either way).</summary>
    public IEnumerable<string> Strings(string path) => (Node(path) as JsonArray ?? [])
        .Select(item => (item is JsonObject named ? named["name"] : item)?.ToString() ?? "").Where(text => text.Length > 0);

    /// <summary>Full reference of an image named in the values, for example global.proxy.image.</summary>
    /// <param name="path">Where in the values.</param>
    /// <param name="type">Variant asked for by the pod (debug, distroless); null takes the values' own.</param>
    public string Image(string path, string? type = null)
    {
        string name = Text(path, "proxyv2");
        if (name.Contains('/'))
        {
            return name;
        }

        string variant = type ?? Text("global.variant", "");
        string tag = Text("global.tag", "latest");
        return $"{Text("global.hub", "docker.io/lateen")}/{name}:{tag}{(variant.Length > 0 ? "-" + variant : "")}";
    }

    private JsonNode? Node(string path)
    {
        JsonNode? node = _values;
        foreach (string key in path.Split('.'))
        {
            node = (node as JsonObject)?[key];
        }

        return node;
    }
}
