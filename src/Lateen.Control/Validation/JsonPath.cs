namespace Lateen.Control.Validation;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>Finds a field by the path that findings carry.</summary>
internal static class JsonPath
{
    /// <summary>Removes a field; false when the path ends at an item of a list, whose removal would shift the others.</summary>
    public static bool TryRemove(JsonObject root, string path)
    {
        string parentPath = FieldPath.Parent(path);
        string last = path[parentPath.Length..].Trim('.', '[', ']');
        if (Find(root, parentPath) is not JsonObject parent)
        {
            return false;
        }

        parent.Remove(last);
        return true;
    }

    private static JsonNode? Find(JsonNode? root, string path)
    {
        if (path.Length == 0)
        {
            return root;
        }

        string parentPath = FieldPath.Parent(path);
        string last = path[parentPath.Length..].Trim('.', '[', ']');
        return Find(root, parentPath) switch
        {
            JsonObject map => map[last],
            JsonArray array when int.TryParse(last, CultureInfo.InvariantCulture, out int index) && index < array.Count =>
                array[index],
            _ => null,
        };
    }
}
