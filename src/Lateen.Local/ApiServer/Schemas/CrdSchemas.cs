namespace Lateen.Local.ApiServer.Schemas;

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lateen.Local.ApiServer.Json;

/// <summary>Reads a CRD's openAPIV3Schema.</summary>
internal static class CrdSchemas
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(250);

    /// <summary>The root schema; apiVersion, kind and metadata are Kubernetes' own whatever the CRD says.</summary>
    public static Schema Read(JsonObject? source, Schema objectMeta)
    {
        Schema root = source is null ? new Schema { Kind = SchemaKind.Object, PreserveUnknown = true } : ReadNode(source);
        root.Kind = SchemaKind.Object;
        root.Source = source;
        root.Properties["apiVersion"] = new Schema { Kind = SchemaKind.String, TypeName = "string" };
        root.Properties["kind"] = new Schema { Kind = SchemaKind.String, TypeName = "string" };
        root.Properties["metadata"] = objectMeta;
        return root;
    }

    private static Schema ReadNode(JsonObject source)
    {
        string? type = source.Str("type");
        var schema = new Schema
        {
            Format = source.Str("format"),
            Description = source.Str("description"),
            PreserveUnknown = source.Bool("x-kubernetes-preserve-unknown-fields"),
            EmbeddedResource = source.Bool("x-kubernetes-embedded-resource"),
            Nullable = source.Bool("nullable"),
            Default = source["default"],
            ListType = source.Str("x-kubernetes-list-type"),
            ListMapKeys = [.. source.Arr("x-kubernetes-list-map-keys").Strings()],
            AtomicMap = source.Str("x-kubernetes-map-type") == "atomic",
            Source = source,
        };
        schema.Required.AddRange(source.Arr("required").Strings());
        foreach ((string name, JsonNode? property) in source.Obj("properties") ?? [])
        {
            schema.Properties[name] = property is JsonObject node ? ReadNode(node) : new Schema { PreserveUnknown = true };
        }

        schema.Items = source.Obj("items") is { } items ? ReadNode(items) : null;
        schema.Values = source["additionalProperties"] switch
        {
            JsonObject values => ReadNode(values),
            JsonValue value when value.ToJsonString() == "true" => new Schema { PreserveUnknown = true },
            _ => null,
        };
        schema.Kind = KindOf(source, type, schema);
        schema.Rules = ReadRules(source, type);
        return schema;
    }

    private static SchemaKind KindOf(JsonObject source, string? type, Schema schema)
    {
        if (source.Bool("x-kubernetes-int-or-string"))
        {
            return SchemaKind.IntOrString;
        }

        return type switch
        {
            "object" => schema.Values is not null && schema.Properties.Count == 0 ? SchemaKind.Map : SchemaKind.Object,
            "array" => SchemaKind.Array,
            "string" => SchemaKind.String,
            "integer" => SchemaKind.Integer,
            "number" => SchemaKind.Number,
            "boolean" => SchemaKind.Boolean,
            _ => schema.Properties.Count > 0 ? SchemaKind.Object : SchemaKind.Any,
        };
    }

    private static SchemaRules ReadRules(JsonObject source, string? type)
    {
        string? pattern = source.Str("pattern");
        return new SchemaRules
        {
            Enum = source.Arr("enum") is { } values ? [.. values] : null,
            PatternText = pattern,
            Pattern = pattern is null ? null : new Regex(pattern, RegexOptions.CultureInvariant, PatternTimeout),
            Minimum = Number(source, "minimum"),
            Maximum = Number(source, "maximum"),
            ExclusiveMinimum = source.Bool("exclusiveMinimum"),
            ExclusiveMaximum = source.Bool("exclusiveMaximum"),
            MultipleOf = Number(source, "multipleOf"),
            MinLength = source.Int("minLength"),
            MaxLength = source.Int("maxLength"),
            MinItems = source.Int("minItems"),
            MaxItems = source.Int("maxItems"),
            MinProperties = source.Int("minProperties"),
            MaxProperties = source.Int("maxProperties"),
            UniqueItems = source.Bool("uniqueItems"),
            AllOf = ReadAll(source.Arr("allOf")),
            AnyOf = ReadAll(source.Arr("anyOf")),
            OneOf = ReadAll(source.Arr("oneOf")),
            Not = source.Obj("not") is { } not ? ReadNode(not) : null,
            TypeUnstated = type is null,
        };
    }

    private static Schema[] ReadAll(JsonArray? sources) => [.. sources.Objects().Select(ReadNode)];

    private static double? Number(JsonObject source, string key)
    {
        return double.TryParse(source[key]?.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out double number)
            ? number : null;
    }
}
