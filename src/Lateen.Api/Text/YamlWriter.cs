namespace Lateen.Api.Text;

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>Writes JSON nodes as YAML in the shape that kubectl prints: block style, list items level with their key.</summary>
public static class YamlWriter
{
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        WriteValue(text, node, 0, atLineStart: true);
        return text.ToString();
    }

    /// <summary>Writes several documents, divided by <c>---</c>.</summary>
    public static string WriteAll(IEnumerable<JsonNode?> documents) => string.Join("---\n", documents.Select(Write));

    private static void WriteValue(StringBuilder text, JsonNode? node, int indent, bool atLineStart)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                WriteMap(text, map, indent, atLineStart);
                break;
            case JsonArray { Count: > 0 } array:
                WriteArray(text, array, indent, atLineStart);
                break;
            default:
                text.Append(Scalar(node, indent)).Append('\n');
                break;
        }
    }

    private static void WriteMap(StringBuilder text, JsonObject map, int indent, bool atLineStart)
    {
        foreach (KeyValuePair<string, JsonNode?> entry in map)
        {
            if (atLineStart)
            {
                text.Append(' ', indent);
            }

            atLineStart = true;
            text.Append(NeedsQuotes(entry.Key) ? Quoted(entry.Key) : entry.Key).Append(':');
            switch (entry.Value)
            {
                case JsonObject { Count: > 0 } child:
                    text.Append('\n');
                    WriteMap(text, child, indent + 2, atLineStart: true);
                    break;
                case JsonArray { Count: > 0 } child:
                    text.Append('\n');
                    WriteArray(text, child, indent, atLineStart: true);
                    break;
                default:
                    text.Append(' ').Append(Scalar(entry.Value, indent + 2)).Append('\n');
                    break;
            }
        }
    }

    private static void WriteArray(StringBuilder text, JsonArray array, int indent, bool atLineStart)
    {
        foreach (JsonNode? item in array)
        {
            if (atLineStart)
            {
                text.Append(' ', indent);
            }

            atLineStart = true;
            text.Append("- ");
            WriteValue(text, item, indent + 2, atLineStart: false);
        }
    }

    private static string Scalar(JsonNode? node, int indent) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when node.GetValueKind() is JsonValueKind.String => Text(node.GetValue<string>(), indent),
        _ => node.ToJsonString(),
    };

    private static string Text(string value, int indent)
    {
        bool isBlock = value.Contains('\n') && !value.StartsWith(' ') && !value.StartsWith('\n') && IsPrintable(value);
        if (!isBlock || value.AsSpan().TrimEnd('\n').IsEmpty)
        {
            return NeedsQuotes(value) ? Quoted(value) : value;
        }

        string kept = value.EndsWith("\n\n", StringComparison.Ordinal) ? "+" : "";
        string chomp = value.EndsWith('\n') ? kept : "-";
        string body = value.EndsWith('\n') ? value[..^1] : value;
        string pad = new(' ', indent);
        IEnumerable<string> lines = body.Split('\n').Select(line => line.Length == 0 ? "" : pad + line);
        return $"|{chomp}\n{string.Join('\n', lines)}";
    }

    private static bool NeedsQuotes(string value)
    {
        if (value.Length == 0 || !YamlScalar.IsPlainText(value) || !IsPrintable(value) || value.Contains('\n'))
        {
            return true;
        }

        bool edge = value[0] == ' ' || value[^1] is ' ' or ':';
        bool indicator = "!&*[]{}#|>@`\"'%,".Contains(value[0])
            || (value[0] is '-' or '?' or ':' && (value.Length == 1 || value[1] == ' '))
            || value.StartsWith("---", StringComparison.Ordinal)
            || value is "=" or "<<";
        return edge || indicator
            || value.Contains(": ", StringComparison.Ordinal) || value.Contains(" #", StringComparison.Ordinal);
    }

    private static bool IsPrintable(string value) =>
        value.All(static c => c is '\n' || (c >= ' ' && c is not '\u007f' and not '\u0085' and not '\u2028' and not '\u2029'
            and not '\ufeff' && !char.IsSurrogate(c)));

    private static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\t' => text.Append("\\t"),
                '\r' => text.Append("\\r"),
                < ' ' or '\u007f' or '\u0085' or '\u2028' or '\u2029' or '\ufeff' =>
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }
}
