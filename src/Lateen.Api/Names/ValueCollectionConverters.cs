namespace Lateen.Api.Names;

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

/// <summary>Reads and writes a <see cref="ValueList{T}"/> as a JSON array and a <c>ValueMap</c> as an object.</summary>
public sealed class ValueCollectionConverters : JsonConverterFactory
{
    private const string Reason = "Only the control plane and the command line read resources, and they are not AOT programs.";

    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType
        && (typeToConvert.GetGenericTypeDefinition() == typeof(ValueList<>)
            || typeToConvert.GetGenericTypeDefinition() == typeof(ValueMap<,>));

    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = Reason)]
    [UnconditionalSuppressMessage("Trimming", "IL2055", Justification = Reason)]
    [UnconditionalSuppressMessage("Trimming", "IL2071", Justification = Reason)]
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = Reason)]
    public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        Type[] arguments = typeToConvert.GetGenericArguments();
        Type converter = arguments.Length == 1
            ? typeof(ListConverter<>).MakeGenericType(arguments)
            : typeof(MapConverter<>).MakeGenericType(arguments[1]);
        return (JsonConverter?)Activator.CreateInstance(converter);
    }

    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = Reason)]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = Reason)]
    private sealed class ListConverter<T> : JsonConverter<ValueList<T>>
    {
        // Kubernetes writes an empty list as null as well.
        public override bool HandleNull => true;

        public override ValueList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            (JsonSerializer.Deserialize<T[]>(ref reader, options) ?? []).ToValueList();

        public override void Write(Utf8JsonWriter writer, ValueList<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, (IEnumerable<T>)value.AsSpan().ToArray(), options);
    }

    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = Reason)]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = Reason)]
    private sealed class MapConverter<TValue> : JsonConverter<ValueMap<string, TValue>>
    {
        public override bool HandleNull => true;

        public override ValueMap<string, TValue> Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            (JsonSerializer.Deserialize<Dictionary<string, TValue>>(ref reader, options) ?? []).ToValueMap();

        public override void Write(Utf8JsonWriter writer, ValueMap<string, TValue> value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (KeyValuePair<string, TValue> entry in value)
            {
                writer.WritePropertyName(entry.Key);
                JsonSerializer.Serialize(writer, entry.Value, options);
            }

            writer.WriteEndObject();
        }
    }
}
