namespace Lateen.Local.ApiServer.Schemas;

using System.Text.Json.Nodes;

/// <summary>
/// One type of the API, built-in or from a CRD: enough for decoding, validation, merging, defaulting and OpenAPI.
/// </summary>
internal sealed class Schema
{
    public SchemaKind Kind { get; set; } = SchemaKind.Any;

    /// <summary>The Go type that Kubernetes' messages name ("ServicePort"); empty for CRDs.</summary>
    public string TypeName { get; set; } = "";

    /// <summary>The key under components/schemas; empty when the schema is written in place.</summary>
    public string ComponentName { get; set; } = "";

    public string? Format { get; set; }

    public string? Description { get; set; }

    public Dictionary<string, Schema> Properties { get; } = new(StringComparer.Ordinal);

    public Schema? Items { get; set; }

    /// <summary>The schema of a map's values.</summary>
    public Schema? Values { get; set; }

    public List<string> Required { get; } = [];

    public bool PreserveUnknown { get; set; }

    public bool EmbeddedResource { get; set; }

    public bool Nullable { get; set; }

    public JsonNode? Default { get; set; }

    public string? PatchMergeKey { get; set; }

    public string? PatchStrategy { get; set; }

    /// <summary>atomic (the default), set or map.</summary>
    public string? ListType { get; set; }

    public IReadOnlyList<string> ListMapKeys { get; set; } = [];

    public bool AtomicMap { get; set; }

    /// <summary>The constraints of a CRD's schema; null for built-in types, which are validated by code.</summary>
    public SchemaRules? Rules { get; set; }

    /// <summary>The schema as its author wrote it, for OpenAPI; null for built-in types.</summary>
    public JsonObject? Source { get; set; }

    public bool IsAssociativeList => Kind == SchemaKind.Array && ListType == "map" && ListMapKeys.Count > 0;

    public bool IsSet => Kind == SchemaKind.Array && ListType == "set";

    public bool IsStruct => Kind == SchemaKind.Object;

    /// <summary>The schema of a member, or null when the type has none of that name.</summary>
    public Schema? Member(string name)
    {
        return Properties.TryGetValue(name, out Schema? property) ? property : Values;
    }
}

/// <summary>The shapes that a value can have.</summary>
internal enum SchemaKind
{
    Any,
    Object,
    Map,
    Array,
    String,
    Integer,
    Number,
    Boolean,
    IntOrString,
    Quantity,
}
