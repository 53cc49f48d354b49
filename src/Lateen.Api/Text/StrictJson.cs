namespace Lateen.Api.Text;

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>Reads JSON strictly, knowing the place of every field; duplicate fields are errors.</summary>
public static class StrictJson
{
    public static ReadResult Read(string text, string file = "", ReadLimits? limits = null) =>
        Read(Encoding.UTF8.GetBytes(text), file, limits);

    public static ReadResult Read(ReadOnlySpan<byte> text, string file = "", ReadLimits? limits = null)
    {
        limits ??= ReadLimits.Default;
        var findings = new List<Finding>();
        if (text.Length > limits.MaxBytes)
        {
            string message = $"the text is larger than {limits.MaxBytes} bytes";
            return new ReadResult([], [Finding.Error(StrictYaml.LimitCode, "", message) with { Resource = file }]);
        }

        var positions = new Dictionary<string, Position>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = limits.MaxDepth });
        try
        {
            reader.Read();
            var lines = new LineCounter();
            JsonNode? root = ReadNode(ref reader, text, "", positions, findings, ref lines);
            reader.Read();   // anything but white space after the value throws
            var document = new SourceDocument(file, root, positions);
            return new ReadResult([document], [.. findings.Select(finding => finding with { Resource = file })]);
        }
        catch (JsonException problem)
        {
            var position = new Position((int)(problem.LineNumber ?? 0) + 1, (int)(problem.BytePositionInLine ?? 0) + 1);
            string message = "this is not JSON: " + problem.Message.Split(" LineNumber:")[0].TrimEnd('.');
            return new ReadResult([], [Finding.Error(StrictYaml.SyntaxCode, "", message).At(position) with { Resource = file }]);
        }
    }

    private static JsonNode? ReadNode(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> text,
        string path,
        Dictionary<string, Position> positions,
        List<Finding> findings,
        ref LineCounter lines)
    {
        positions.TryAdd(path, lines.At(text, (int)reader.TokenStartIndex));
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, text, path, positions, findings, ref lines);
            case JsonTokenType.StartArray:
                var array = new JsonArray();
                while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
                {
                    string itemPath = FieldPath.Item(path, array.Count);
                    array.Add(ReadNode(ref reader, text, itemPath, positions, findings, ref lines));
                }

                return array;
            case JsonTokenType.String:
                return JsonValue.Create(reader.GetString());
            case JsonTokenType.Number:
                return reader.TryGetInt64(out long integer) ? JsonValue.Create(integer) : JsonValue.Create(reader.GetDouble());
            case JsonTokenType.True or JsonTokenType.False:
                return JsonValue.Create(reader.GetBoolean());
            default:
                return null;
        }
    }

    private static JsonObject ReadObject(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> text,
        string path,
        Dictionary<string, Position> positions,
        List<Finding> findings,
        ref LineCounter lines)
    {
        var map = new JsonObject();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            string name = reader.GetString() ?? "";
            string childPath = FieldPath.Field(path, name);
            Position position = lines.At(text, (int)reader.TokenStartIndex);
            positions[childPath] = position;
            if (map.ContainsKey(name))
            {
                string message = $"the field \"{name}\" is given twice";
                findings.Add(Finding.Error(StrictYaml.DuplicateCode, childPath, message, "keep one of the two").At(position));
            }

            reader.Read();
            map[name] = ReadNode(ref reader, text, childPath, positions, findings, ref lines);
        }

        return map;
    }

    /// <summary>Turns byte offsets, which only grow, into lines and columns.</summary>
    private struct LineCounter
    {
        private int _offset;
        private int _line;
        private int _lineStart;

        public Position At(ReadOnlySpan<byte> text, int offset)
        {
            for (; _offset < offset; _offset++)
            {
                if (text[_offset] == (byte)'\n')
                {
                    _line++;
                    _lineStart = _offset + 1;
                }
            }

            return new Position(_line + 1, offset - _lineStart + 1);
        }
    }
}
