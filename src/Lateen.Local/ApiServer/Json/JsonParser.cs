namespace Lateen.Local.ApiServer.Json;

using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>
/// Reads JSON into fully materialized nodes (a lazily parsed node is not safe to share between threads) and reports duplicate
/// keys.
/// </summary>
internal static class JsonParser
{
    private const int MaxDepth = 512;

    public static JsonObject ParseObject(ReadOnlySpan<byte> utf8) => ParseObject(utf8, null);

    /// <param name="utf8">The document.</param>
    /// <param name="duplicates">Receives the path of each key that appears twice; the last value wins, as in Kubernetes.</param>
    public static JsonObject ParseObject(ReadOnlySpan<byte> utf8, List<string>? duplicates)
    {
        return Parse(utf8, duplicates) as JsonObject ?? throw new JsonException("the body is not a JSON object");
    }

    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, List<string>? duplicates = null)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read())
        {
            throw new JsonException("the body is empty");
        }

        JsonNode? node = ReadValue(ref reader, "", duplicates);
        if (reader.Read())
        {
            throw new JsonException("there is more after the end of the document");
        }

        return node;
    }

    public static JsonNode? Clone(JsonNode? node) => node?.DeepClone();

    public static byte[] ToUtf8(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonOptions.Writer))
        {
            node.WriteTo(writer);
        }

        return buffer.ToArray();
    }

    private static JsonNode? ReadValue(ref Utf8JsonReader reader, string path, List<string>? duplicates)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, path, duplicates);
            case JsonTokenType.StartArray:
                return ReadArray(ref reader, path, duplicates);
            case JsonTokenType.String:
                return JsonValue.Create(reader.GetString());
            case JsonTokenType.True:
                return JsonValue.Create(true);
            case JsonTokenType.False:
                return JsonValue.Create(false);
            case JsonTokenType.Number:
                // An element keeps the written form, and answers GetValue of any numeric type.
                return JsonValue.Create(JsonElement.ParseValue(ref reader));
            default:
                return null;
        }
    }

    private static JsonObject ReadObject(ref Utf8JsonReader reader, string path, List<string>? duplicates)
    {
        var result = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString() ?? "";
            reader.Read();
            string child = duplicates is null ? "" : path.Length == 0 ? name : $"{path}.{name}";
            if (duplicates is not null && result.ContainsKey(name))
            {
                duplicates.Add(child);
            }

            result[name] = ReadValue(ref reader, child, duplicates);
        }

        return result;
    }

    private static JsonArray ReadArray(ref Utf8JsonReader reader, string path, List<string>? duplicates)
    {
        var result = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            result.Add(ReadValue(ref reader, duplicates is null ? "" : $"{path}[{result.Count}]", duplicates));
        }

        return result;
    }
}
