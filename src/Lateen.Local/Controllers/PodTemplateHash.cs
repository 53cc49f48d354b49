namespace Lateen.Local.Controllers;

using System.Text;
using System.Text.Json.Nodes;

/// <summary>The value of label pod-template-hash: stable over the order of fields, in letters that spell no words.</summary>
internal static class PodTemplateHash
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const uint FnvOffset = 2166136261;
    private const uint FnvPrime = 16777619;

    public static string Compute(JsonObject? template, long collisions)
    {
        StringBuilder canonical = new();
        Write(template, canonical);
        canonical.Append('#').Append(collisions);
        uint hash = FnvOffset;
        foreach (byte b in Encoding.UTF8.GetBytes(canonical.ToString()))
        {
            hash = (hash ^ b) * FnvPrime;
        }

        StringBuilder name = new();
        foreach (char digit in hash.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            name.Append(Alphabet[digit % Alphabet.Length]);
        }

        return name.ToString();
    }

    private static void Write(JsonNode? node, StringBuilder output)
    {
        switch (node)
        {
            case JsonObject obj:
                output.Append('{');
                foreach ((string key, JsonNode? value) in obj.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    output.Append(key).Append(':');
                    Write(value, output);
                    output.Append(',');
                }

                output.Append('}');
                break;
            case JsonArray array:
                output.Append('[');
                foreach (JsonNode? item in array)
                {
                    Write(item, output);
                    output.Append(',');
                }

                output.Append(']');
                break;
            default:
                output.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }
}
