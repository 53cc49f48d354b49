namespace Lateen.Api.Resources;

using System.Text.Json;
using System.Text.Json.Serialization;
using Lateen.Api.Text;

/// <summary>A duration in JSON is a text such as <c>7s</c>.</summary>
public sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? text = reader.TokenType is JsonTokenType.String ? reader.GetString() : null;
        return DurationText.TryParse(text, out TimeSpan value)
            ? value
            : throw new JsonException("a duration such as 7s, 100ms or 1m30s is expected");
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(DurationText.Format(value));
}
