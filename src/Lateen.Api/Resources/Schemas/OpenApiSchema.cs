namespace Lateen.Api.Resources.Schemas;

using System.Text.Json.Nodes;

/// <summary>Writes a schema in the structural form that Kubernetes demands of CustomResourceDefinitions.</summary>
public static class OpenApiSchema
{
    public static JsonObject From(SchemaNode schema)
    {
        var result = new JsonObject();
        if (schema.Description.Length > 0)
        {
            result["description"] = schema.Description;
        }

        if (schema.Enum.Count > 0)
        {
            result["enum"] = Strings(schema.Enum);
        }

        // Durations are plain texts here, as in Istio's definitions; the webhook judges them, with a hint.
        if (schema.Format.Length > 0 && schema.Format != SchemaNode.Duration)
        {
            result["format"] = schema.Format;
        }

        if (schema.Maximum is double maximum)
        {
            result["maximum"] = Number(maximum);
        }

        if (schema.Minimum is double minimum)
        {
            result["minimum"] = Number(minimum);
        }

        AddShape(result, schema);
        return result;
    }

    private static void AddShape(JsonObject result, SchemaNode schema)
    {
        switch (schema.Kind)
        {
            case SchemaKind.Any:
                result["x-kubernetes-preserve-unknown-fields"] = true;
                return;
            case SchemaKind.Array when schema.Items is not null:
                result["items"] = From(schema.Items);
                break;
            case SchemaKind.Map when schema.Items is not null:
                result["additionalProperties"] = From(schema.Items);
                break;
            case SchemaKind.Object:
                AddObject(result, schema);
                break;
        }

        result["type"] = schema.Kind switch
        {
            SchemaKind.Object or SchemaKind.Map => "object",
            SchemaKind.Array => "array",
            SchemaKind.Integer => "integer",
            SchemaKind.Number => "number",
            SchemaKind.Boolean => "boolean",
            _ => "string",
        };
    }

    private static void AddObject(JsonObject result, SchemaNode schema)
    {
        foreach (IReadOnlyList<string> group in schema.AtMostOne)
        {
            result["oneOf"] = AtMostOneOf(group);
        }

        var properties = new JsonObject();
        foreach (KeyValuePair<string, SchemaNode> property in schema.Properties)
        {
            properties[property.Key] = From(property.Value);
        }

        if (properties.Count > 0)
        {
            result["properties"] = properties;
        }

        if (schema.Required.Count > 0)
        {
            result["required"] = Strings(schema.Required);
        }
    }

    // Either none of them, or exactly one.
    private static JsonArray AtMostOneOf(IReadOnlyList<string> group)
    {
        var any = new JsonObject { ["anyOf"] = new JsonArray([.. group.Select(RequiredField)]) };
        var choices = new JsonArray((JsonNode)new JsonObject { ["not"] = any });
        foreach (string name in group)
        {
            choices.Add(RequiredField(name));
        }

        return choices;
    }

    private static JsonNode RequiredField(string name) => new JsonObject { ["required"] = new JsonArray(name) };

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    private static JsonValue Number(double value) =>
        Math.Floor(value) == value ? JsonValue.Create((long)value) : JsonValue.Create(value);
}
