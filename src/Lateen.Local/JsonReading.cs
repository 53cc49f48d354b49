namespace Lateen.Local;

using System.Text.Json.Nodes;

/// <summary>Reads objects of the API by path, for controllers and runtime alike; what is absent or of another type is null.</summary>
internal static class JsonReading
{
    internal static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (string step in path)
        {
            node = node is JsonObject obj ? obj[step] : null;
        }

        return node;
    }

    internal static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    internal static long? Number(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        if (node.At(path) is not JsonValue value)
        {
            return null;
        }

        if (value.TryGetValue(out long whole))
        {
            return whole;
        }

        return value.TryGetValue(out int small) ? small : value.TryGetValue(out double real) ? (long)real : null;
    }

    internal static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue(out bool flag) && flag;

    internal static IEnumerable<JsonObject> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray array ? array.OfType<JsonObject>() : [];

    internal static IEnumerable<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray array
            ? array.Select(static item => item is JsonValue value && value.TryGetValue(out string? text) ? text : null).OfType<string>()
            : [];

    internal static IEnumerable<KeyValuePair<string, string>> Pairs(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonObject obj
            ? obj.Select(static pair => KeyValuePair.Create(pair.Key, pair.Value.Text() ?? "")) : [];

    internal static string Name(this JsonNode? node) => node.Text("metadata", "name") ?? "";

    internal static string Namespace(this JsonNode? node) => node.Text("metadata", "namespace") ?? "";

    internal static string Uid(this JsonNode? node) => node.Text("metadata", "uid") ?? "";

    /// <summary>True when every pair of the selector is among the labels; an empty selector matches nothing.</summary>
    internal static bool Selects(this JsonNode? selector, JsonNode? labels) =>
        selector is JsonObject { Count: > 0 } && selector.Pairs().All(pair => labels.Text(pair.Key) == pair.Value);
}
