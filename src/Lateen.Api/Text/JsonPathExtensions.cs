namespace Lateen.Api.Text;

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>Reads fields that may be missing, since protobuf's JSON leaves out what has its default value.</summary>
public static class JsonPathExtensions
{
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (string key in path)
        {
            node = (node as JsonObject)?[key];
        }

        return node;
    }

    /// <summary>A field's text; empty where it is missing.</summary>
    public static string TextAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value ? value.ToString() : "";

    public static int NumberAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        int.TryParse(node.TextAt(path), NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) ? number : 0;

    public static bool FlagAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path)?.GetValueKind() == JsonValueKind.True;

    public static IEnumerable<JsonObject> ObjectsAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        (node.At(path) as JsonArray ?? []).OfType<JsonObject>();

    public static IEnumerable<string> TextsAt(this JsonNode? node, params ReadOnlySpan<string> path) =>
        (node.At(path) as JsonArray ?? []).OfType<JsonValue>().Select(static v => v.ToString());
}
