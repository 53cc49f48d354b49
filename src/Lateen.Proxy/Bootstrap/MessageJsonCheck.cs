namespace Lateen.Proxy.Bootstrap;

using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Lateen.Api.Text;

/// <summary>
/// Walks JSON next to a message's descriptor and notes what does not fit, each with its path: the protobuf library's own reader stops
/// at the first mistake and does not say where it is.
/// </summary>
internal static class MessageJsonCheck
{
    public const string Code = "LTN-BOOTSTRAP";

    public static List<Finding> Check(JsonNode? node, MessageDescriptor descriptor)
    {
        var findings = new List<Finding>();
        Message(node, descriptor, "", findings, inAny: false);
        return findings;
    }

    private static void Message(JsonNode? node, MessageDescriptor descriptor, string path, List<Finding> findings, bool inAny)
    {
        switch (descriptor.FullName)
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

        if (descriptor.File.Name == "google/protobuf/wrappers.proto")
        {
            Scalar(node, descriptor.FindFieldByNumber(1), path, findings);
            return;
        }

        if (node is not JsonObject fields)
        {
            findings.Add(Finding.Error(Code, path, $"must be an object ({descriptor.FullName})"));
            return;
        }

        foreach ((string name, JsonNode? value) in fields)
        {
            if (!(inAny && name == "@type"))
            {
                Field(name, value, descriptor, FieldPath.Field(path, name), findings);
            }
        }
    }

    private static void Field(string name, JsonNode? value, MessageDescriptor descriptor, string path, List<Finding> findings)
    {
        FieldDescriptor? field = descriptor.FindFieldByName(name)
            ?? descriptor.Fields.InDeclarationOrder().FirstOrDefault(f => f.JsonName == name);
        if (field is null)
        {
            string? nearest = NearestName.Find(name, descriptor.Fields.InDeclarationOrder().Select(static f => f.Name));
            findings.Add(Finding.Error(
                Code, path, $"unknown field of {descriptor.FullName}", nearest is null ? "" : $"did you mean \"{nearest}\"?"));
            return;
        }

        if (value is null)
        {
            return;
        }

        if (field.IsMap)
        {
            FieldDescriptor valueField = field.MessageType.FindFieldByNumber(2);
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

    private static void Value(JsonNode? value, FieldDescriptor field, string path, List<Finding> findings)
    {
        if (field.FieldType is FieldType.Message)
        {
            Message(value, field.MessageType, path, findings, inAny: false);
        }
        else
        {
            Scalar(value, field, path, findings);
        }
    }

    private static void Scalar(JsonNode? node, FieldDescriptor field, string path, List<Finding> findings)
    {
        JsonValueKind kind = node?.GetValueKind() ?? JsonValueKind.Null;
        switch (field.FieldType)
        {
            case FieldType.String or FieldType.Bytes:
                Expect(kind is JsonValueKind.String, path, "a string", findings);
                break;
            case FieldType.Bool:
                Expect(kind is JsonValueKind.True or JsonValueKind.False, path, "true or false", findings);
                break;
            case FieldType.Enum:
                bool known = kind is JsonValueKind.Number
                    || (kind is JsonValueKind.String && field.EnumType.FindValueByName(node?.GetValue<string>() ?? "") is not null);
                Expect(known, path, "one of " + string.Join(", ", field.EnumType.Values.Select(static v => v.Name)), findings);
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
        MessageDescriptor? descriptor = ProtoTypes.Find(typeUrl);
        if (descriptor is null)
        {
            findings.Add(Finding.Error(Code, FieldPath.Field(path, "@type"), $"unknown extension type URL {typeUrl}"));
            return;
        }

        Message(node, descriptor, path, findings, inAny: true);
    }

    private static void Expect(bool fits, string path, string expected, List<Finding> findings)
    {
        if (!fits)
        {
            findings.Add(Finding.Error(Code, path, $"must be {expected}"));
        }
    }
}
