namespace Lateen.Local.ApiServer.Json;

using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>Short, forgiving reads of Kubernetes objects: a value of the wrong type reads as absent.</summary>
internal static class JsonExtensions
{
    public static JsonObject? Obj(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject;

    public static JsonArray? Arr(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonArray;

    public static string? Str(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path).AsText();

    public static string? AsText(this JsonNode? node)
    {
        return node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
    }

    public static bool Bool(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        return node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.True;
    }

    public static long? Int(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path).AsInt();

    public static long? AsInt(this JsonNode? node)
    {
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
        {
            return null;
        }

        return long.TryParse(value.ToJsonString(), out long number) ? number
            : double.TryParse(value.ToJsonString(), out double real) && real == Math.Truncate(real) ? (long)real : null;
    }

    /// <summary>The object at this key, created when absent.</summary>
    public static JsonObject Ensure(this JsonObject obj, string key)
    {
        if (obj[key] is not JsonObject child)
        {
            obj[key] = child = [];
        }

        return child;
    }

    public static JsonObject CloneObject(this JsonObject obj) => (JsonObject)obj.DeepClone();

    public static JsonObject Metadata(this JsonObject obj) => obj.Ensure("metadata");

    public static string Name(this JsonObject obj) => obj.Str("metadata", "name") ?? "";

    public static string Namespace(this JsonObject obj) => obj.Str("metadata", "namespace") ?? "";

    public static long ResourceVersion(this JsonObject obj)
    {
        return long.TryParse(obj.Str("metadata", "resourceVersion"), out long version) ? version : 0;
    }

    public static IEnumerable<JsonObject> Objects(this JsonArray? array)
    {
        return array is null ? [] : array.OfType<JsonObject>();
    }

    public static IEnumerable<string> Strings(this JsonArray? array)
    {
        return array is null ? [] : array.Select(item => item.AsText()).OfType<string>();
    }

    public static JsonArray ToJsonArray(this IEnumerable<string> values)
    {
        var array = new JsonArray();
        foreach (string value in values)
        {
            array.Add(JsonValue.Create(value));
        }

        return array;
    }
}
