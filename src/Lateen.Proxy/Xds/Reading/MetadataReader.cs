namespace Lateen.Proxy.Xds.Reading;

using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;

/// <summary>Reads what Istio says in metadata.</summary>
internal static class MetadataReader
{
    private const int MostKnownServices = 65_536;

    // Equal services are one object, so that metrics find their label set by reference however often a cluster is configured anew.
    private static readonly ConcurrentDictionary<ClusterService, ClusterService> Known = new();

    /// <summary>The path of the object that caused a resource (filter_metadata.istio.config).</summary>
    public static string ConfigPath(Metadata? metadata) => Text(metadata, "istio", "config");

    /// <summary>All of it as one object, null when there is none.</summary>
    public static byte[]? Json(Metadata? metadata)
    {
        if (metadata is null || metadata.FilterMetadata.Count == 0)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        foreach ((string filter, Struct values) in metadata.FilterMetadata)
        {
            writer.WritePropertyName(filter);
            Write(writer, values);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, Struct values)
    {
        writer.WriteStartObject();
        foreach ((string key, Value value) in values.Fields)
        {
            writer.WritePropertyName(key);
            Write(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Value value)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StringValue: writer.WriteStringValue(value.StringValue); break;
            case Value.KindOneofCase.NumberValue when double.IsFinite(value.NumberValue): writer.WriteNumberValue(value.NumberValue); break;
            case Value.KindOneofCase.BoolValue: writer.WriteBooleanValue(value.BoolValue); break;
            case Value.KindOneofCase.StructValue: Write(writer, value.StructValue); break;
            case Value.KindOneofCase.ListValue:
                writer.WriteStartArray();
                foreach (Value each in value.ListValue.Values)
                {
                    Write(writer, each);
                }

                writer.WriteEndArray();
                break;
            default: writer.WriteNullValue(); break;
        }
    }

    public static string Text(Metadata? metadata, string filter, string field)
    {
        return metadata is not null && metadata.FilterMetadata.TryGetValue(filter, out Struct? values)
            && values.Fields.TryGetValue(field, out Value? value) && value.KindCase is Value.KindOneofCase.StringValue
            ? value.StringValue
            : "";
    }

    /// <summary>Values that are texts, which is all that a match can compare here.</summary>
    public static List<KeyValuePair<string, string>> Texts(Struct? values, string path, ReadContext context)
    {
        var texts = new List<KeyValuePair<string, string>>();
        foreach ((string key, Value value) in values?.Fields ?? [])
        {
            if (value.KindCase is Value.KindOneofCase.StringValue)
            {
                texts.Add(new(key, value.StringValue));
            }
            else
            {
                context.Error($"{path}.{key}", "must be a text");
            }
        }

        return texts;
    }

    /// <summary>Whether the service is outside the mesh (filter_metadata.istio.external).</summary>
    public static bool IsExternal(Metadata? metadata) =>
        metadata is not null && metadata.FilterMetadata.TryGetValue("istio", out Struct? istio)
        && istio.Fields.TryGetValue("external", out Value? value) && value.BoolValue;

    public static IReadOnlyList<ClusterService> Services(Metadata? metadata)
    {
        if (metadata is null || !metadata.FilterMetadata.TryGetValue("istio", out Struct? istio)
            || !istio.Fields.TryGetValue("services", out Value? list) || list.KindCase is not Value.KindOneofCase.ListValue)
        {
            return [];
        }

        var services = new List<ClusterService>();
        foreach (Value entry in list.ListValue.Values)
        {
            if (entry.KindCase is Value.KindOneofCase.StructValue)
            {
                Struct service = entry.StructValue;
                var named = new ClusterService(Field(service, "host"), Field(service, "name"), Field(service, "namespace"));
                services.Add(Known.Count < MostKnownServices ? Known.GetOrAdd(named, named) : named);
            }
        }

        return services;
    }

    public static string Field(Struct values, string name) =>
        values.Fields.TryGetValue(name, out Value? value) && value.KindCase is Value.KindOneofCase.StringValue ? value.StringValue : "";
}
