namespace Lateen.Local.ApiServer.Pipeline;

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Schemas;

/// <summary>Validates a custom resource against its CRD's schema, with Kubernetes' wording.</summary>
internal static class SchemaValidator
{
    private const int MaxErrors = 50;

    public static void Validate(Schema schema, JsonNode? value, string path, List<FieldError> errors)
    {
        if (errors.Count >= MaxErrors || (value is null && schema.Nullable))
        {
            return;
        }

        if (!TypeMatches(schema, value, path, errors))
        {
            return;
        }

        if (schema.Rules is { } rules)
        {
            CheckRules(rules, schema, value, path, errors);
        }

        switch (value)
        {
            case JsonObject obj:
                ValidateObject(schema, obj, path, errors);
                break;
            case JsonArray array when schema.Items is not null:
                for (int i = 0; i < array.Count; i++)
                {
                    Validate(schema.Items, array[i], $"{path}[{i}]", errors);
                }

                CheckListType(schema, array, path, errors);
                break;
        }
    }

    private static void ValidateObject(Schema schema, JsonObject obj, string path, List<FieldError> errors)
    {
        foreach (string required in schema.Required)
        {
            if (!obj.ContainsKey(required))
            {
                errors.Add(FieldError.Required(Join(path, required)));
            }
        }

        foreach ((string name, JsonNode? child) in obj)
        {
            // Metadata is validated by the server's own rules.
            if (path.Length == 0 && name is "metadata" or "apiVersion" or "kind")
            {
                continue;
            }

            if (schema.Member(name) is { } member)
            {
                Validate(member, child, Join(path, name), errors);
            }
        }
    }

    private static bool TypeMatches(Schema schema, JsonNode? value, string path, List<FieldError> errors)
    {
        if (schema.Rules?.TypeUnstated == true && schema.Kind != SchemaKind.IntOrString)
        {
            return true;
        }

        string? wanted = schema.Kind switch
        {
            SchemaKind.Object or SchemaKind.Map => "object",
            SchemaKind.Array => "array",
            SchemaKind.String => "string",
            SchemaKind.Integer => "integer",
            SchemaKind.Number => "number",
            SchemaKind.Boolean => "boolean",
            SchemaKind.IntOrString => "integer,string",
            _ => null,
        };
        string found = TypeName(value);
        bool matches = wanted is null || found == wanted || (wanted == "number" && found == "integer")
            || (wanted == "integer,string" && found is "integer" or "string");
        if (!matches)
        {
            errors.Add(FieldError.TypeInvalid(path, found, $"{path} in body must be of type {wanted}: \"{found}\""));
        }

        return matches;
    }

    private static void CheckRules(SchemaRules rules, Schema schema, JsonNode? value, string path, List<FieldError> errors)
    {
        if (rules.Enum is { } allowed && !allowed.Any(item => JsonNode.DeepEquals(item, value)))
        {
            errors.Add(FieldError.NotSupported(path, value, allowed
                .Select(item => item.AsText() ?? item?.ToJsonString() ?? "null")));
        }

        if (value.AsText() is { } text)
        {
            CheckText(rules, schema, text, path, errors);
        }
        else if (value is JsonValue && value.GetValueKind() == JsonValueKind.Number)
        {
            CheckNumber(rules, value, path, errors);
        }
        else if (value is JsonArray array)
        {
            CheckCount(rules.MinItems, rules.MaxItems, array.Count, "items", path, errors);
        }
        else if (value is JsonObject obj)
        {
            CheckCount(rules.MinProperties, rules.MaxProperties, obj.Count, "properties", path, errors);
        }

        CheckCombinations(rules, value, path, errors);
    }

    private static void CheckText(SchemaRules rules, Schema schema, string text, string path, List<FieldError> errors)
    {
        int length = new StringInfo(text).LengthInTextElements;
        if (length < rules.MinLength)
        {
            errors.Add(FieldError.InvalidText(path, text, $"{path} in body should be at least {rules.MinLength} chars long"));
        }

        if (length > rules.MaxLength)
        {
            errors.Add(new FieldError(path, "FieldValueTooLong", $"Too long: may not be more than {rules.MaxLength} bytes"));
        }

        if (rules.Pattern is { } pattern && !Matches(pattern, text))
        {
            errors.Add(FieldError.InvalidText(path, text, $"{path} in body should match '{rules.PatternText}'"));
        }

        if (!Formats.Fits(schema.Format, text))
        {
            errors.Add(FieldError.InvalidText(path, text, $"{path} in body must be of type {schema.Format}: \"{text}\""));
        }
    }

    private static bool Matches(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static void CheckNumber(SchemaRules rules, JsonNode value, string path, List<FieldError> errors)
    {
        double number = double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);
        if (rules.Minimum is { } minimum && (rules.ExclusiveMinimum ? number <= minimum : number < minimum))
        {
            string relation = rules.ExclusiveMinimum ? "greater than" : "greater than or equal to";
            errors.Add(FieldError.Invalid(path, value, string.Create(CultureInfo.InvariantCulture,
                $"{path} in body should be {relation} {minimum}")));
        }

        if (rules.Maximum is { } maximum && (rules.ExclusiveMaximum ? number >= maximum : number > maximum))
        {
            string relation = rules.ExclusiveMaximum ? "less than" : "less than or equal to";
            errors.Add(FieldError.Invalid(path, value, string.Create(CultureInfo.InvariantCulture,
                $"{path} in body should be {relation} {maximum}")));
        }

        if (rules.MultipleOf is { } step && step > 0 && Math.Abs(Math.IEEERemainder(number, step)) > 1e-9)
        {
            errors.Add(FieldError.Invalid(path, value, string.Create(CultureInfo.InvariantCulture,
                $"{path} in body should be a multiple of {step}")));
        }
    }

    private static void CheckCount(long? minimum, long? maximum, int count, string noun, string path, List<FieldError> errors)
    {
        if (count < minimum)
        {
            errors.Add(FieldError.Invalid(path, count, $"{path} in body should have at least {minimum} {noun}"));
        }

        if (count > maximum)
        {
            errors.Add(new FieldError(path, "FieldValueTooMany", $"Too many: {count}: must have at most {maximum} {noun}"));
        }
    }

    private static void CheckCombinations(SchemaRules rules, JsonNode? value, string path, List<FieldError> errors)
    {
        foreach (Schema part in rules.AllOf)
        {
            Validate(part, value, path, errors);
        }

        if (rules.AnyOf.Count > 0 && !rules.AnyOf.Any(part => Passes(part, value, path)))
        {
            errors.Add(FieldError.InvalidText("", "", $"\"{path}\" must validate at least one schema (anyOf)"));
        }

        int passing = rules.OneOf.Count(part => Passes(part, value, path));
        if (rules.OneOf.Count > 0 && passing != 1)
        {
            string found = passing == 0 ? "Found none valid" : $"Found {passing} valid alternatives";
            errors.Add(FieldError.InvalidText("", "", $"\"{path}\" must validate one and only one schema (oneOf). {found}"));
        }

        if (rules.Not is { } not && Passes(not, value, path))
        {
            errors.Add(FieldError.InvalidText("", "", $"\"{path}\" must not validate the schema (not)"));
        }
    }

    private static bool Passes(Schema schema, JsonNode? value, string path)
    {
        var found = new List<FieldError>();
        Validate(schema, value, path.Length == 0 ? "." : path, found);
        return found.Count == 0;
    }

    private static void CheckListType(Schema schema, JsonArray array, string path, List<FieldError> errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < array.Count; i++)
        {
            JsonNode? key = schema.IsAssociativeList && array[i] is JsonObject item
                ? new JsonObject(schema.ListMapKeys.Select(name => KeyValuePair.Create(name, item[name]?.DeepClone())))
                : schema.IsSet || schema.Rules?.UniqueItems == true ? array[i] : null;
            if (key is not null && !seen.Add(key.ToJsonString()))
            {
                errors.Add(FieldError.Duplicate($"{path}[{i}]", key));
            }
        }
    }

    private static string TypeName(JsonNode? value)
    {
        return value?.GetValueKind() switch
        {
            null or JsonValueKind.Null => "null",
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => value.AsInt() is null ? "number" : "integer",
            _ => "boolean",
        };
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
