namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;

/// <summary>One mistake in an object, worded as Kubernetes words it.</summary>
internal sealed record FieldError(string Path, string Reason, string Detail)
{
    public string Message => $"{(Path.Length == 0 ? "<nil>" : Path)}: {Detail}";

    public static FieldError Required(string path, string detail = "")
    {
        return new FieldError(path, "FieldValueRequired", detail.Length == 0 ? "Required value" : $"Required value: {detail}");
    }

    public static FieldError Invalid(string path, JsonNode? value, string detail)
    {
        return new FieldError(path, "FieldValueInvalid", $"Invalid value: {Show(value)}: {detail}");
    }

    public static FieldError InvalidText(string path, string value, string detail)
    {
        return new FieldError(path, "FieldValueInvalid", $"Invalid value: {Quote(value)}: {detail}");
    }

    public static FieldError TypeInvalid(string path, string value, string detail)
    {
        return new FieldError(path, "FieldValueTypeInvalid", $"Invalid value: {Quote(value)}: {detail}");
    }

    public static FieldError NotSupported(string path, JsonNode? value, IEnumerable<string> supported)
    {
        string list = string.Join(", ", supported.Select(Quote));
        return new FieldError(path, "FieldValueNotSupported", $"Unsupported value: {Show(value)}: supported values: {list}");
    }

    public static FieldError Forbidden(string path, string detail) => new(path, "FieldValueForbidden", $"Forbidden: {detail}");

    public static FieldError Duplicate(string path, JsonNode? value)
    {
        return new FieldError(path, "FieldValueDuplicate", $"Duplicate value: {Show(value)}");
    }

    private static string Show(JsonNode? value)
    {
        return value switch
        {
            null => "null",
            JsonValue scalar => scalar.TryGetValue(out string? text) ? Quote(text) : scalar.ToJsonString(),
            _ => value.ToJsonString(),
        };
    }

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
