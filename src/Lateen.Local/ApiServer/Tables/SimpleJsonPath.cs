namespace Lateen.Local.ApiServer.Tables;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>The JSONPath that printer columns use: fields, indexes, wildcards, quoted names and equality filters.</summary>
internal static class SimpleJsonPath
{
    public static List<JsonNode?> Find(JsonObject root, string path)
    {
        List<JsonNode?> nodes = [root];
        int position = 0;
        while (position < path.Length && nodes.Count > 0)
        {
            if (path[position] == '.')
            {
                position++;
            }
            else if (path[position] == '[')
            {
                int end = ClosingBracket(path, position);
                string inside = path[(position + 1)..end];
                nodes = [.. nodes.SelectMany(node => Select(node, inside)).Where(node => node is not null)];
                position = end + 1;
            }
            else
            {
                int start = position;
                while (position < path.Length && path[position] is not ('.' or '['))
                {
                    position += path[position] == '\\' ? 2 : 1;
                }

                string name = path[start..Math.Min(position, path.Length)].Replace("\\", "");
                nodes = [.. nodes.Select(node => node.At(name)).Where(node => node is not null)];
            }
        }

        return nodes;
    }

    private static int ClosingBracket(string path, int open)
    {
        int end = path.IndexOf(path.AsSpan(open).StartsWith("[?(") ? ")]" : "]", open, StringComparison.Ordinal);
        return end < 0 ? path.Length - 1 : path[end] == ')' ? end + 1 : end;
    }

    private static IEnumerable<JsonNode?> Select(JsonNode? node, string inside)
    {
        if (inside == "*")
        {
            return node is JsonArray all ? all : node is JsonObject map ? map.Select(pair => pair.Value) : [];
        }

        if (inside.StartsWith('?'))
        {
            return Filter(node as JsonArray, inside[1..].Trim('(', ')'));
        }

        if (int.TryParse(inside, CultureInfo.InvariantCulture, out int index) && node is JsonArray list)
        {
            index = index < 0 ? list.Count + index : index;
            return index >= 0 && index < list.Count ? [list[index]] : [];
        }

        return [node.At(inside.Trim('\'', '"'))];
    }

    private static IEnumerable<JsonNode?> Filter(JsonArray? list, string condition)
    {
        string[] sides = condition.Split("==", 2, StringSplitOptions.TrimEntries);
        string[] path = sides[0].TrimStart('@').Trim('.').Split('.');
        string? wanted = sides.Length > 1 ? sides[1].Trim('\'', '"') : null;
        return list.Objects().Where(item => wanted is null ? item.At(path) is not null
            : (item.At(path).AsText() ?? item.At(path)?.ToJsonString()) == wanted);
    }
}
