namespace Lateen.Api.Text;

using System.Globalization;
using System.Text.Json.Nodes;
using SharpYaml;
using SharpYaml.Events;

/// <summary>Decides what a YAML scalar means, with the YAML 1.1 words that Kubernetes' tools understand.</summary>
internal static class YamlScalar
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    public static bool TryResolve(Scalar scalar, out JsonNode? value, out string error)
    {
        error = "";
        string? tag = scalar.Tag;
        if (string.IsNullOrEmpty(tag))
        {
            bool plain = scalar.Style is ScalarStyle.Plain or ScalarStyle.Any;
            value = plain ? ResolvePlain(scalar.Value) : JsonValue.Create(scalar.Value);
            return true;
        }

        string kind = tag.Replace(TagPrefix, "!!", StringComparison.Ordinal);
        value = kind is "!" or "!!str" or "!!binary" ? JsonValue.Create(scalar.Value) : ResolvePlain(scalar.Value);
        bool fits = kind switch
        {
            "!" or "!!str" or "!!binary" => true,
            "!!int" => value is JsonValue number && number.TryGetValue(out long _),
            "!!float" => value is JsonValue number && (number.TryGetValue(out double _) || number.TryGetValue(out long _)),
            "!!bool" => value is JsonValue flag && flag.TryGetValue(out bool _),
            "!!null" => value is null,
            _ => false,
        };
        error = fits ? "" : $"\"{scalar.Value}\" cannot be read with the tag {kind}";
        return fits;
    }

    /// <summary>Whether a text, written without quotes, would be read as something other than a text.</summary>
    public static bool IsPlainText(string text) =>
        ResolvePlain(text) is JsonValue value && value.TryGetValue(out string? same) && same == text;

    private static JsonNode? ResolvePlain(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y":
                return JsonValue.Create(true);
            case "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N":
                return JsonValue.Create(false);
        }

        if (!char.IsAsciiDigit(text[0]) && text[0] is not '-' and not '+' and not '.')
        {
            return JsonValue.Create(text);
        }

        if (TryReadInteger(text.Replace("_", "", StringComparison.Ordinal), out long integer))
        {
            return JsonValue.Create(integer);
        }

        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        bool isNumber = double.TryParse(text, Style, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
        return isNumber ? JsonValue.Create(number) : JsonValue.Create(text);
    }

    private static bool TryReadInteger(string text, out long value)
    {
        bool negative = text.StartsWith('-');
        string digits = text is ['-' or '+', ..] ? text[1..] : text;
        bool ok = digits switch
        {
            ['0', 'x' or 'X', .. string hex] =>
                long.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value),
            ['0', 'b' or 'B', .. string binary] => TryReadRadix(binary, 2, out value),
            ['0', 'o' or 'O', .. string octal] => TryReadRadix(octal, 8, out value),
            // Go's rule: a leading zero means octal, as in the file mode 0644.
            ['0', _, ..] => TryReadRadix(digits[1..], 8, out value),
            _ => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value),
        };
        value = negative ? -value : value;
        return ok;
    }

    private static bool TryReadRadix(string digits, int radix, out long value)
    {
        value = 0;
        foreach (char c in digits)
        {
            int digit = c - '0';
            if (digit < 0 || digit >= radix || value > long.MaxValue / radix - radix)
            {
                return false;
            }

            value = (value * radix) + digit;
        }

        return digits.Length > 0;
    }
}
