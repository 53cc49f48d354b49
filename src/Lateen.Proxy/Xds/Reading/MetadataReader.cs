namespace Lateen.Proxy.Xds.Reading;

using System.Collections.Concurrent;
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
