namespace Lateen.Control.Translation;

using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Control.Config;

/// <summary>The `istio` entry of filter metadata: which object a resource came from, and which services it stands for.</summary>
internal static class IstioMetadata
{
    private const string Namespace = "istio";

    /// <summary>Path of an object as Istio writes it into metadata: the kind in small letters with dashes.</summary>
    public static string ConfigPath(ResourceKey key, string kind) =>
        $"/apis/{key.Group}/v1/namespaces/{key.Namespace}/{kind}/{key.Name}";

    public static Metadata? OfConfig(string configPath)
    {
        if (configPath.Length == 0)
        {
            return null;
        }

        Struct entry = new();
        entry.Fields["config"] = Value.ForString(configPath);
        return Wrap(entry);
    }

    public static Metadata OfService(string host, string name, string ns, int port, string configPath, string subset)
    {
        Struct service = new();
        service.Fields["host"] = Value.ForString(host);
        service.Fields["name"] = Value.ForString(name);
        service.Fields["namespace"] = Value.ForString(ns);
        Struct entry = new();
        if (configPath.Length > 0)
        {
            entry.Fields["config"] = Value.ForString(configPath);
        }

        if (port > 0)
        {
            entry.Fields["default_original_port"] = Value.ForNumber(port);
        }

        entry.Fields["services"] = Value.ForList(Value.ForStruct(service));
        if (subset.Length > 0)
        {
            entry.Fields["subset"] = Value.ForString(subset);
        }

        return Wrap(entry);
    }

    /// <summary>Says that a service is outside the mesh: the proxy tells it nothing of itself.</summary>
    public static void MarkExternal(Metadata metadata) =>
        metadata.FilterMetadata[Namespace].Fields["external"] = Value.ForBool(true);

    public static Metadata OfWorkload(string workload)
    {
        Struct entry = new();
        entry.Fields["workload"] = Value.ForString(workload);
        return Wrap(entry);
    }

    private static Metadata Wrap(Struct entry)
    {
        Metadata metadata = new();
        metadata.FilterMetadata[Namespace] = entry;
        return metadata;
    }
}
