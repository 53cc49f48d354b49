namespace Lateen.Local.ApiServer.Patching;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.Cluster;

/// <summary>JSON patch (RFC 6902) with pointers (RFC 6901).</summary>
internal static class JsonPatch
{
    public static JsonObject Apply(JsonObject target, JsonArray patch)
    {
        JsonNode? root = target;
        foreach (JsonNode? item in patch)
        {
            if (item is not JsonObject operation)
            {
                throw Bad("each operation must be an object");
            }

            root = ApplyOne(root, operation);
        }

        return root as JsonObject ?? throw Bad("the result is not an object");
    }

    private static JsonNode? ApplyOne(JsonNode? root, JsonObject operation)
    {
        string[] path = Split(operation.Str("path") ?? throw Bad("an operation has no path"));
        switch (operation.Str("op"))
        {
            case "add":
                return Add(root, path, operation["value"]?.DeepClone());
            case "remove":
                Remove(root, path);
                return root;
            case "replace":
                return Replace(root, path, operation["value"]?.DeepClone());
            case "move":
                string[] from = Split(operation.Str("from") ?? throw Bad("move has no from"));
                return Add(root, path, Remove(root, from));
            case "copy":
                string[] source = Split(operation.Str("from") ?? throw Bad("copy has no from"));
                return Add(root, path, Find(root, source)?.DeepClone());
            case "test":
                if (!JsonNode.DeepEquals(Find(root, path), operation["value"]))
                {
                    throw new ApiException(422, "Invalid", "the server rejected our request due to an error in our request: "
                        + $"testing value {operation.Str("path")} failed: test failed");
                }

                return root;
            default:
                throw Bad($"unknown operation \"{operation.Str("op")}\"");
        }
    }

    private static JsonNode? Add(JsonNode? root, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value;
        }

        switch (Find(root, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject obj:
                obj[path[^1]] = value;
                return root;
            case JsonArray array:
                array.Insert(path[^1] == "-" ? array.Count : Index(path[^1], array.Count), value);
                return root;
            default:
                throw Missing("add", path);
        }
    }

    private static JsonNode? Replace(JsonNode? root, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value;
        }

        switch (Find(root, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject obj when obj.ContainsKey(path[^1]):
                obj[path[^1]] = value;
                return root;
            case JsonArray array:
                array[Index(path[^1], array.Count - 1)] = value;
                return root;
            default:
                throw Missing("replace", path);
        }
    }

    private static JsonNode? Remove(JsonNode? root, string[] path)
    {
        switch (path.Length == 0 ? null : Find(root, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject obj when obj.Remove(path[^1], out JsonNode? removed):
                return removed;
            case JsonArray array:
                int index = Index(path[^1], array.Count - 1);
                JsonNode? item = array[index];
                array.RemoveAt(index);
                return item;
            default:
                throw Missing("remove", path);
        }
    }

    private static JsonNode? Find(JsonNode? node, ReadOnlySpan<string> path)
    {
        foreach (string step in path)
        {
            node = node switch
            {
                JsonObject obj => obj[step],
                JsonArray array => array[Index(step, array.Count - 1)],
                _ => null,
            };
        }

        return node;
    }

    private static int Index(string text, int max)
    {
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index <= max
            ? index : throw Bad($"invalid index \"{text}\"");
    }

    private static string[] Split(string pointer)
    {
        if (pointer.Length == 0)
        {
            return [];
        }

        return pointer[0] == '/' ? [.. pointer[1..].Split('/').Select(step => step.Replace("~1", "/").Replace("~0", "~"))]
            : throw Bad($"path \"{pointer}\" must start with '/'");
    }

    private static ApiException Missing(string op, string[] path)
    {
        return new ApiException(422, "Invalid", "the server rejected our request due to an error in our request: "
            + $"{op} operation does not apply: doc is missing path: /{string.Join('/', path)}: missing value");
    }

    private static ApiException Bad(string why) => new(400, "BadRequest", $"error decoding patch: {why}");
}
