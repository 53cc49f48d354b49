namespace Lateen.Api.Resources.Schemas;

using System.Text.Json;
using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>Compares a value with its schema: unknown fields, wrong types, missing fields, fields not yet enforced.</summary>
public static class FieldChecker
{
    public const string UnknownField = "LTN0101";
    public const string WrongType = "LTN0102";
    public const string MissingField = "LTN0103";
    public const string NotYetEnforced = "LTN0104";
    public const string OutOfRange = "LTN0105";
    public const string OnlyOne = "LTN0106";

    public static IReadOnlyList<Finding> Check(JsonNode? node, SchemaNode schema, string path = "")
    {
        var findings = new List<Finding>();
        CheckNode(node, schema, path, findings);
        return findings;
    }

    private static void CheckNode(JsonNode? node, SchemaNode schema, string path, List<Finding> findings)
    {
        // Null means absent, as in Kubernetes.
        if (node is null)
        {
            return;
        }

        if (schema.NotYetEnforced)
        {
            string fix = "remove it, or use a version that enforces it";
            findings.Add(Finding.Error(NotYetEnforced, path, "is not yet enforced by this version", fix));
            return;
        }

        if (!Fits(node, schema.Kind))
        {
            string message = $"must be {Describe(schema.Kind)}, not {Describe(node)}";
            findings.Add(Finding.Error(WrongType, path, message, HintForType(node, schema.Kind)));
            return;
        }

        switch (schema.Kind)
        {
            case SchemaKind.Object when node is JsonObject map:
                CheckObject(map, schema, path, findings);
                break;
            case SchemaKind.Map when node is JsonObject map && schema.Items is not null:
                foreach (KeyValuePair<string, JsonNode?> entry in map)
                {
                    CheckNode(entry.Value, schema.Items, FieldPath.Field(path, entry.Key), findings);
                }

                break;
            case SchemaKind.Array when node is JsonArray array && schema.Items is not null:
                for (int i = 0; i < array.Count; i++)
                {
                    CheckNode(array[i], schema.Items, FieldPath.Item(path, i), findings);
                }

                break;
            default:
                CheckScalar(node, schema, path, findings);
                break;
        }
    }

    private static void CheckObject(JsonObject map, SchemaNode schema, string path, List<Finding> findings)
    {
        foreach (KeyValuePair<string, JsonNode?> entry in map)
        {
            string childPath = FieldPath.Field(path, entry.Key);
            if (schema.Properties.TryGetValue(entry.Key, out SchemaNode? child))
            {
                CheckNode(entry.Value, child, childPath, findings);
                continue;
            }

            string? nearest = NearestName.Find(entry.Key, schema.Properties.Keys);
            string fix = nearest is null
                ? "known fields: " + string.Join(", ", schema.Properties.Where(p => !p.Value.NotYetEnforced).Select(p => p.Key))
                : $"did you mean \"{nearest}\"?";
            findings.Add(Finding.Error(UnknownField, childPath, $"unknown field \"{entry.Key}\"", fix));
        }

        foreach (string name in schema.Required)
        {
            if (map[name] is null || (map[name] is JsonValue text && text.TryGetValue(out string? value) && value.Length == 0))
            {
                findings.Add(Finding.Error(MissingField, FieldPath.Field(path, name), $"{name} is required", $"add {name}"));
            }
        }

        foreach (IReadOnlyList<string> group in schema.AtMostOne)
        {
            if (group.Count(name => map[name] is not null) > 1)
            {
                string message = $"only one of {string.Join(", ", group)} may be given";
                findings.Add(Finding.Error(OnlyOne, path, message, "keep one of them"));
            }
        }
    }

    private static void CheckScalar(JsonNode node, SchemaNode schema, string path, List<Finding> findings)
    {
        if (schema.Enum.Count > 0 && node.GetValueKind() is JsonValueKind.String)
        {
            string value = node.GetValue<string>();
            if (!schema.Enum.Contains(value))
            {
                string fix = $"use one of {string.Join(", ", schema.Enum)}";
                findings.Add(Finding.Error(OutOfRange, path, $"\"{value}\" is not a known value", fix));
            }
        }

        if (schema.Format == SchemaNode.Duration && !DurationText.TryParse(node.GetValue<string>(), out _))
        {
            string message = $"{node.ToJsonString()} is not a duration";
            findings.Add(Finding.Error(WrongType, path, message, "write a number with a unit, such as 7s, 100ms or 1m30s"));
        }

        bool isNumber = schema.Kind is SchemaKind.Integer or SchemaKind.Number;
        if (isNumber && NumberOf(node) is double number && (number < schema.Minimum || number > schema.Maximum))
        {
            string range = schema.Maximum is null
                ? $"at least {schema.Minimum}"
                : $"between {schema.Minimum} and {schema.Maximum}";
            findings.Add(Finding.Error(OutOfRange, path, $"{node.ToJsonString()} must be {range}"));
        }
    }

    private static bool Fits(JsonNode node, SchemaKind kind) => kind switch
    {
        SchemaKind.Object or SchemaKind.Map => node is JsonObject,
        SchemaKind.Array => node is JsonArray,
        SchemaKind.String => node.GetValueKind() is JsonValueKind.String,
        SchemaKind.Boolean => node.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        SchemaKind.Number => node.GetValueKind() is JsonValueKind.Number,
        SchemaKind.Integer => NumberOf(node) is double number && Math.Floor(number) == number,
        _ => true,
    };

    private static double? NumberOf(JsonNode node) =>
        node.GetValueKind() is JsonValueKind.Number ? node.Deserialize(NumberJson.Default.Double) : null;

    private static string Describe(SchemaKind kind) => kind switch
    {
        SchemaKind.Object or SchemaKind.Map => "an object",
        SchemaKind.Array => "a list",
        SchemaKind.String => "a string",
        SchemaKind.Boolean => "true or false",
        SchemaKind.Integer => "a whole number",
        SchemaKind.Number => "a number",
        _ => "a value",
    };

    private static string Describe(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the string {node.ToJsonString()}",
        _ => node.ToJsonString(),
    };

    private static string HintForType(JsonNode node, SchemaKind kind) => (node, kind) switch
    {
        (JsonObject or JsonValue, SchemaKind.Array) => "begin each item with \"- \"",
        (JsonValue, SchemaKind.String) => $"put it in quotes: \"{node.ToJsonString()}\"",
        (JsonValue, SchemaKind.Integer or SchemaKind.Number or SchemaKind.Boolean) => "write it without quotes",
        _ => "",
    };
}
