namespace Lateen.Api.Schema;

using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>Encodes a message from its JSON form (protobuf.dev/programming-guides/json), for the generated parser to read.</summary>
public sealed class ProtoJson
{
    // As deep as the library's own reader goes.
    private const int MaxDepth = 100;

    private readonly WireWriter _writer = new();
    private int _depth;

    private ProtoJson()
    {
    }

    /// <exception cref="FormatException">A value does not fit its field.</exception>
    public static ReadOnlySpan<byte> Encode(JsonNode? node, MessageSchema schema)
    {
        var encoder = new ProtoJson();
        encoder.Content(node, schema);
        return encoder._writer.Written;
    }

    private void Content(JsonNode? node, MessageSchema schema)
    {
        if (++_depth > MaxDepth)
        {
            throw new FormatException("is nested too deeply");
        }

        switch (schema.FullName)
        {
            case "google.protobuf.Any":
                Any(Object(node, schema));
                break;
            case "google.protobuf.Duration":
                (long seconds, int nanos) = ProtoJsonValues.Duration(node);
                SecondsAndNanos(seconds, nanos);
                break;
            case "google.protobuf.Timestamp":
                (seconds, nanos) = ProtoJsonValues.Timestamp(node);
                SecondsAndNanos(seconds, nanos);
                break;
            case "google.protobuf.Struct":
                Entries(Object(node, schema), schema.Fields[0]);
                break;
            case "google.protobuf.ListValue":
                Items(List(node, schema.FullName), schema.Fields[0]);
                break;
            case "google.protobuf.Value":
                Value(node, schema);
                break;
            default:
                if (IsWrapper(schema))
                {
                    Single(node, schema.Fields[0]);
                }
                else
                {
                    Fields(Object(node, schema), schema, inAny: false);
                }

                break;
        }

        _depth--;
    }

    private static bool IsWrapper(MessageSchema schema) =>
        schema.FullName.StartsWith("google.protobuf.", StringComparison.Ordinal) && schema.Fields is [{ Name: "value", Number: 1 }];

    private void Any(JsonObject fields)
    {
        string typeUrl = ProtoJsonValues.Text(fields["@type"]);
        MessageSchema schema = ProtoSchema.Find(typeUrl) ?? throw new FormatException($"unknown extension type URL {typeUrl}");
        _writer.Tag(1, FieldKind.Text);
        _writer.Text(typeUrl);
        _writer.Tag(2, FieldKind.Bytes);
        int begin = _writer.Begin();
        if (schema.FullName.StartsWith("google.protobuf.", StringComparison.Ordinal))
        {
            Content(fields["value"], schema);
        }
        else
        {
            Fields(fields, schema, inAny: true);
        }

        _writer.End(begin);
    }

    private void Fields(JsonObject fields, MessageSchema schema, bool inAny)
    {
        long seen = 0;
        foreach ((string name, JsonNode? value) in fields)
        {
            if (inAny && name == "@type")
            {
                continue;
            }

            FieldSchema field = schema.Find(name) ?? throw new FormatException($"{schema.FullName} has no field {name}");
            bool isValue = field.Kind is FieldKind.Message && field.Message.FullName == "google.protobuf.Value";
            if (value is null && !isValue)
            {
                continue;
            }

            if (field.Oneof >= 0)
            {
                if ((seen & (1L << field.Oneof)) != 0)
                {
                    throw new FormatException($"{schema.FullName} has two fields that exclude each other; one of them is {name}");
                }

                seen |= 1L << field.Oneof;
            }

            Field(value, field);
        }
    }

    private void Field(JsonNode? value, FieldSchema field)
    {
        if (field.IsMap)
        {
            Entries(value as JsonObject ?? throw new FormatException($"{field.Name} must be an object"), field);
        }
        else if (field.IsRepeated)
        {
            Items(List(value, field.Name), field);
        }
        else
        {
            Single(value, field);
        }
    }

    private void Items(JsonArray items, FieldSchema field)
    {
        foreach (JsonNode? item in items)
        {
            Single(item, field);
        }
    }

    private void Entries(JsonObject entries, FieldSchema field)
    {
        FieldSchema keyField = field.Message.Fields[0];
        FieldSchema valueField = field.Message.Fields[1];
        foreach ((string key, JsonNode? value) in entries)
        {
            _writer.Tag(field.Number, FieldKind.Message);
            int begin = _writer.Begin();
            Single(keyField.Kind is FieldKind.Bool ? JsonValue.Create(key == "true") : JsonValue.Create(key), keyField);
            Single(value, valueField);
            _writer.End(begin);
        }
    }

    private void Single(JsonNode? value, FieldSchema field)
    {
        _writer.Tag(field.Number, field.Kind);
        if (field.Kind is FieldKind.Message)
        {
            int begin = _writer.Begin();
            Content(value, field.Message);
            _writer.End(begin);
        }
        else
        {
            ProtoJsonValues.Scalar(_writer, value, field);
        }
    }

    // google.protobuf.Value: null_value, number_value, string_value, bool_value, struct_value, list_value.
    private void Value(JsonNode? node, MessageSchema schema) => Single(node, schema.Fields[(node?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        JsonValueKind.Number => 1,
        JsonValueKind.String => 2,
        JsonValueKind.True or JsonValueKind.False => 3,
        JsonValueKind.Object => 4,
        JsonValueKind.Array => 5,
        _ => 0,
    }]);

    private void SecondsAndNanos(long seconds, int nanos)
    {
        _writer.Tag(1, FieldKind.Int64);
        _writer.Varint((ulong)seconds);
        _writer.Tag(2, FieldKind.Int32);
        _writer.Varint((ulong)(long)nanos);
    }

    private static JsonObject Object(JsonNode? node, MessageSchema schema) =>
        node as JsonObject ?? throw new FormatException($"{schema.FullName} must be an object");

    private static JsonArray List(JsonNode? node, string name) =>
        node as JsonArray ?? throw new FormatException($"{name} must be a list");
}
