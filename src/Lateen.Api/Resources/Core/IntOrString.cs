namespace Lateen.Api.Resources.Core;

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

/// <summary>A number or a name, as a Service's target port is.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct IntOrString(int Number, string? Name)
{
    public override string ToString() => Name ?? Number.ToString(CultureInfo.InvariantCulture);

    private sealed class Converter : JsonConverter<IntOrString>
    {
        public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.Number
                ? new IntOrString(reader.GetInt32(), null)
                : new IntOrString(0, reader.GetString());

        public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
        {
            if (value.Name is null)
            {
                writer.WriteNumberValue(value.Number);
            }
            else
            {
                writer.WriteStringValue(value.Name);
            }
        }
    }
}
