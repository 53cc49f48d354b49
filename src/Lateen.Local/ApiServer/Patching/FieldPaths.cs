namespace Lateen.Local.ApiServer.Patching;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Schemas;

/// <summary>Follows field-set paths through objects.</summary>
internal static class FieldPaths
{
    public static JsonNode? Find(Schema root, JsonObject obj, ReadOnlySpan<string> path, out Schema? schema)
    {
        schema = root;
        JsonNode? node = obj;
        foreach (string step in path)
        {
            node = Step(schema, node, step);
            schema = NextSchema(schema, step);
        }

        return node;
    }

    /// <summary>Removes the value at a path, and list or map holders that become empty through it.</summary>
    public static void Remove(Schema root, JsonObject obj, ReadOnlySpan<string> path)
    {
        JsonNode? parent = Find(root, obj, path[..^1], out Schema? schema);
        string step = path[^1];
        switch (parent)
        {
            case JsonObject map when step[0] == 'f':
                map.Remove(step[2..]);
                break;
            case JsonArray list when Step(schema, list, step) is { } item:
                list.Remove(item);
                break;
        }
    }

    private static JsonNode? Step(Schema? schema, JsonNode? node, string step)
    {
        return (step[0], node) switch
        {
            ('f', JsonObject obj) => obj[step[2..]],
            ('k', JsonArray list) when schema is not null =>
                list.Objects().FirstOrDefault(item => FieldSet.ListKey(schema, item) == step),
            ('v', JsonArray list) => list.FirstOrDefault(item => item?.ToJsonString() == step[2..]),
            _ => null,
        };
    }

    private static Schema? NextSchema(Schema? schema, string step)
    {
        return step[0] == 'f' ? schema?.Member(step[2..]) : schema?.Items;
    }
}
