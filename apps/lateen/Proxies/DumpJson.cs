namespace Lateen.CommandLine.Proxies;

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>Prints parts of a dump as istioctl does: with protobuf's JSON names (camelCase) in place of the fields' own.</summary>
internal static class DumpJson
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Below these, names belong to whoever wrote them: free structs, where not even the values are renamed, and maps by name.
    private static readonly HashSet<string> FreeStructs = ["filter_metadata", "typed_struct"];
    private static readonly HashSet<string> Maps =
        ["typed_per_filter_config", "typed_filter_metadata", "typed_extension_protocol_options", "labels"];

    public static string Write(JsonNode node, bool isYaml) =>
        isYaml ? YamlWriter.Write(node) : node.ToJsonString(Indented) + "\n";

    public static JsonNode? WithJsonNames(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(static e => KeyValuePair.Create(Camel(e.Key), Child(e.Key, e.Value)))),
        JsonArray array => new JsonArray([.. array.Select(WithJsonNames)]),
        _ => node?.DeepClone(),
    };

    private static JsonNode? Child(string key, JsonNode? value)
    {
        if (FreeStructs.Contains(key))
        {
            return value?.DeepClone();
        }

        return Maps.Contains(key) && value is JsonObject map
            ? new JsonObject(map.Select(static e => KeyValuePair.Create(e.Key, WithJsonNames(e.Value))))
            : WithJsonNames(value);
    }

    private static string Camel(string name)
    {
        if (!name.Contains('_') || name[0] == '@')
        {
            return name;
        }

        var text = new StringBuilder(name.Length);
        foreach (string word in name.Split('_'))
        {
            text.Append(text.Length == 0 || word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]);
        }

        return text.ToString();
    }
}
