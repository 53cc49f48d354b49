namespace Lateen.Local.ApiServer.Json;

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SharpYaml;
using SharpYaml.Events;

/// <summary>Reads one YAML document as JSON (server-side apply may send YAML).</summary>
internal static class YamlToJson
{
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, List<string>? duplicates)
    {
        try
        {
            IParser parser = Parser.CreateParser(new StringReader(Encoding.UTF8.GetString(utf8)));
            while (parser.MoveNext() && parser.Current is StreamStart or DocumentStart)
            {
            }

            return parser.Current is null or StreamEnd ? null : Convert(parser, "", duplicates);
        }
        catch (YamlException bad)
        {
            throw new JsonException(bad.Message, bad);
        }
    }

    private static JsonNode? Convert(IParser parser, string path, List<string>? duplicates)
    {
        switch (parser.Current)
        {
            case MappingStart:
                return Mapping(parser, path, duplicates);
            case SequenceStart:
                var array = new JsonArray();
                while (parser.MoveNext() && parser.Current is not SequenceEnd)
                {
                    array.Add(Convert(parser, $"{path}[{array.Count}]", duplicates));
                }

                return array;
            case Scalar scalar:
                return ReadScalar(scalar);
            default:
                throw new JsonException("aliases are not accepted in API requests");
        }
    }

    private static JsonObject Mapping(IParser parser, string path, List<string>? duplicates)
    {
        var obj = new JsonObject();
        while (parser.MoveNext() && parser.Current is not MappingEnd)
        {
            string key = (parser.Current as Scalar)?.Value ?? throw new JsonException("a key must be text");
            string child = path.Length == 0 ? key : $"{path}.{key}";
            if (obj.ContainsKey(key))
            {
                duplicates?.Add(child);
            }

            parser.MoveNext();
            obj[key] = Convert(parser, child, duplicates);
        }

        return obj;
    }

    private static JsonNode? ReadScalar(Scalar scalar)
    {
        string text = scalar.Value ?? "";
        if (scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted or ScalarStyle.Literal or ScalarStyle.Folded)
        {
            return JsonValue.Create(text);
        }

        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) =>
                JsonParser.Parse(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture))),
            _ when IsReal(text) => JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture)),
            _ => JsonValue.Create(text),
        };
    }

    private static bool IsReal(string text)
    {
        return text.Contains('.') && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number);
    }
}
