namespace Lateen.Samples.Bookinfo;

using System.Globalization;
using System.Text;
using System.Text.Json;

/// <summary>Writes JSON as Python's json.dumps does: a space after commas and colons, ASCII only.</summary>
internal static class PythonJson
{
    public static string Write(JsonElement element)
    {
        StringBuilder output = new();
        Append(output, element);
        return output.ToString();
    }

    public static string Quote(string text)
    {
        StringBuilder output = new();
        AppendText(output, text);
        return output.ToString();
    }

    private static void Append(StringBuilder output, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                string separator = "";
                output.Append('{');
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    output.Append(separator);
                    AppendText(output, property.Name);
                    output.Append(": ");
                    Append(output, property.Value);
                    separator = ", ";
                }

                output.Append('}');
                break;
            case JsonValueKind.Array:
                output.Append('[').AppendJoin(", ", element.EnumerateArray().Select(Write)).Append(']');
                break;
            case JsonValueKind.String:
                AppendText(output, element.GetString() ?? "");
                break;
            default:
                output.Append(element.GetRawText());
                break;
        }
    }

    private static void AppendText(StringBuilder output, string text)
    {
        output.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => output.Append("\\\""),
                '\\' => output.Append("\\\\"),
                '\n' => output.Append("\\n"),
                '\r' => output.Append("\\r"),
                '\t' => output.Append("\\t"),
                < ' ' or > '~' => output.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => output.Append(c),
            };
        }

        output.Append('"');
    }
}
