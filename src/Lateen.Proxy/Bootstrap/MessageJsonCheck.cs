namespace Lateen.Proxy.Bootstrap;

using System.Text.Json;
using System.Text.Json.Nodes;
using Lateen.Api.Schema;
using Lateen.Api.Text;

/// <summary>
/// Walks JSON next to a message's descriptor and notes what does not fit, each with its path: the protobuf library's own reader stops
/// at the first mistake and does not say where it is.
/// </summary>
internal static class MessageJsonCheck
{
    public const string Code = "LTN-BOOTSTRAP";

    public static List<Finding> Check(JsonNode? node, MessageSchema schema)
    {
        var findings = new List<Finding>();
        Message(node, schema, "", findings, inAny: false);
        return findings;
    }

    private static void Message(JsonNode? node, MessageSchema schema, string path, List<Finding> findings, bool inAny)
    {
        switch (schema.FullName)
        {
            case "google.protobuf.Any":
                Any(node, path, findings);
                return;
            case "google.protobuf.Duration":
                Expect(node is JsonValue text && text.GetValueKind() is JsonValueKind.String, path, "a duration such as \"1.5s\"", findings);
                return;
            case "google.protobuf.Struct" or "google.protobuf.Value" or "google.protobuf.ListValue" or "google.protobuf.Timestamp":
                return;
        }

        if (schema.FullName.StartsWith("google.protobuf.", StringComparison.Ordinal) && schema.Fields is [{ Name: "value" } value])
        {
            Scalar(node, value, path, findings);
            return;
        }

        if (node is not JsonObject fields)
        {
            findings.Add(Finding.Error(Code, path, $"must be an object ({schema.FullName})"));
            return;
        }

        foreach ((string name, JsonNode? content) in fields)
        {
            if (!(inAny && name == "@type"))
            {
                Field(name, content, schema, FieldPath.Field(path, name), findings);
            }
        }
    }

    private static void Field(string name, JsonNode? value, MessageSchema schema, string path, List<Finding> findings)
    {
        FieldSchema? field = schema.Find(name);
        if (field is null)
        {
            string? nearest = NearestName.Find(name, schema.Fields.Select(static f => f.Name));
            findings.Add(Finding.Error(
                Code, path, $"unknown field of {schema.FullName}", nearest is null ? "" : $"did you mean \"{nearest}\"?"));
            return;
        }

        if (value is null)
        {
            return;
        }

        if (field.IsMap)
        {
            FieldSchema valueField = field.Message.Fields[1];
            if (value is not JsonObject map)
            {
                findings.Add(Finding.Error(Code, path, "must be an object"));
                return;
            }

            foreach ((string key, JsonNode? item) in map)
            {
                Value(item, valueField, FieldPath.Field(path, key), findings);
            }
        }
        else if (field.IsRepeated)
        {
            if (value is not JsonArray list)
            {
                findings.Add(Finding.Error(Code, path, "must be a list"));
                return;
            }

            for (int i = 0; i < list.Count; i++)
            {
                Value(list[i], field, FieldPath.Item(path, i), findings);
            }
        }
        else
        {
            Value(value, field, path, findings);
        }
    }

    private static void Value(JsonNode? value, FieldSchema field, string path, List<Finding> findings)
    {
        if (field.Kind is FieldKind.Message)
        {
            Message(value, field.Message, path, findings, inAny: false);
        }
        else
        {
            Scalar(value, field, path, findings);
        }
    }

    private static void Scalar(JsonNode? node, FieldSchema field, string path, List<Finding> findings)
    {
        JsonValueKind kind = node?.GetValueKind() ?? JsonValueKind.Null;
        switch (field.Kind)
        {
            case FieldKind.Text or FieldKind.Bytes:
                Expect(kind is JsonValueKind.String, path, "a string", findings);
                break;
            case FieldKind.Bool:
                Expect(kind is JsonValueKind.True or JsonValueKind.False, path, "true or false", findings);
                break;
            case FieldKind.Enum:
                bool known = kind is JsonValueKind.Number
                    || (kind is JsonValueKind.String && field.Enum.Find(node?.GetValue<string>() ?? "") is not null);
                Expect(known, path, "one of " + string.Join(", ", field.Enum.Names), findings);
                break;
            default:
                Expect(kind is JsonValueKind.Number or JsonValueKind.String, path, "a number", findings);
                break;
        }
    }

    private static void Any(JsonNode? node, string path, List<Finding> findings)
    {
        if (node is not JsonObject fields || fields["@type"]?.GetValueKind() is not JsonValueKind.String)
        {
            findings.Add(Finding.Error(Code, path, "must be an object with \"@type\""));
            return;
        }

        string typeUrl = fields["@type"]?.GetValue<string>() ?? "";
        MessageSchema? schema = ProtoSchema.Find(typeUrl);
        if (schema is null)
        {
            findings.Add(Finding.Error(Code, FieldPath.Field(path, "@type"), $"unknown extension type URL {typeUrl}"));
            return;
        }

        Message(node, schema, path, findings, inAny: true);
    }

    private static void Expect(bool fits, string path, string expected, List<Finding> findings)
    {
        if (!fits)
        {
            findings.Add(Finding.Error(Code, path, $"must be {expected}"));
        }
    }
}
