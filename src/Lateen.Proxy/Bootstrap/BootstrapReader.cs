namespace Lateen.Proxy.Bootstrap;

using System.Text.Json.Nodes;
using Google.Protobuf;
using Lateen.Api.Schema;
using Lateen.Api.Text;
using Lateen.Proxy.Xds.Reading;
using ApiType = Envoy.Config.Core.V3.ApiConfigSource.Types.ApiType;
using Message = Envoy.Config.Bootstrap.V3.Bootstrap;

/// <summary>Reads an Envoy v3 bootstrap in YAML or JSON.</summary>
public static class BootstrapReader
{
    /// <summary>Parses the text; all mistakes are returned, each with its place, and then the message is null.</summary>
    public static (Message? Message, IReadOnlyList<Finding> Findings) Parse(string text, string file)
    {
        bool isJson = text.AsSpan().TrimStart().StartsWith("{");
        ReadResult read = isJson ? StrictJson.Read(text, file) : StrictYaml.Read(text, file);
        if (!read.Ok || read.Documents.Count != 1)
        {
            return (null, read.Ok ? [Finding.Error(MessageJsonCheck.Code, "", $"{file} must hold exactly one document")] : read.Findings);
        }

        SourceDocument document = read.Documents[0];
        MessageSchema schema = ProtoSchema.Find("envoy.config.bootstrap.v3.Bootstrap")
            ?? throw new InvalidOperationException("the bootstrap is in no .proto file");
        IReadOnlyList<Finding> findings = document.Locate(MessageJsonCheck.Check(document.Root, schema));
        if (findings.Count > 0)
        {
            return (null, findings);
        }

        try
        {
            return (Message.Parser.ParseFrom(ProtoJson.Encode(document.Root ?? new JsonObject(), schema)), []);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or FormatException)
        {
            return (null, [Finding.Error(MessageJsonCheck.Code, "", $"{file}: {e.Message}")]);
        }
    }

    /// <summary>Turns the message into what the proxy starts with; errors name paths such as static_resources.clusters[0].name.</summary>
    public static (ProxySetup Setup, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings) Read(
        Message message, ExtensionCatalog extensions)
    {
        var context = new ReadContext(extensions);
        Message.Types.DynamicResources? dynamic = message.DynamicResources;
        var setup = new ProxySetup
        {
            Bootstrap = message,
            Clusters = ReadClusters(message, context),
            Listeners = ReadListeners(message, context),
            Secrets = ReadSecrets(message, context),
            AdminAddress = message.Admin?.Address is null ? default : AddressReader.Read(message.Admin.Address, "admin.address", context),
            XdsTarget = ReadTarget(message, context),
            XdsIsDelta = dynamic?.AdsConfig?.ApiType is not ApiType.Grpc,
            HasDynamicClusters = IsFromAds(dynamic?.CdsConfig, dynamic, "dynamic_resources.cds_config", context),
            HasDynamicListeners = IsFromAds(dynamic?.LdsConfig, dynamic, "dynamic_resources.lds_config", context),
            ClustersFile = ConfigSourceReader.PathOf(dynamic?.CdsConfig, "dynamic_resources.cds_config", context),
            ListenersFile = ConfigSourceReader.PathOf(dynamic?.LdsConfig, "dynamic_resources.lds_config", context),
            ListenerConnectionLimits = RuntimeReader.ReadListenerLimits(message.LayeredRuntime, "layered_runtime", context),
            LocalClusterName = message.ClusterManager?.LocalClusterName ?? "",
            Locality = message.Node?.Locality is { } place
                ? new Config.HostLocality(place.Region, place.Zone, place.SubZone)
                : Config.HostLocality.None,
            Overload = OverloadReader.Read(message, context),
            ShowsStat = StatsMatcherReader.Read(message.StatsConfig?.StatsMatcher, "stats_config.stats_matcher", context),
        };
        NoteWithoutEffect(message, context);
        return (setup, context.Errors, context.Warnings);
    }

    private static List<Config.ClusterConfig> ReadClusters(Message message, ReadContext context)
    {
        var clusters = new List<Config.ClusterConfig>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < message.StaticResources?.Clusters.Count; i++)
        {
            string path = $"static_resources.clusters[{i}]";
            clusters.Add(ClusterReader.Read(message.StaticResources.Clusters[i], path, context));
            RefuseTwice(names, clusters[^1].Name, path, context);
        }

        return clusters;
    }

    private static List<Config.ListenerConfig> ReadListeners(Message message, ReadContext context)
    {
        var listeners = new List<Config.ListenerConfig>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < message.StaticResources?.Listeners.Count; i++)
        {
            string path = $"static_resources.listeners[{i}]";
            Config.ListenerConfig listener = ListenerReader.Read(message.StaticResources.Listeners[i], path, context);
            listeners.Add(listener.Name.Length > 0 ? listener : listener with { Name = $"listener_{i}" });
            RefuseTwice(names, listeners[^1].Name, path, context);
        }

        return listeners;
    }

    private static List<Config.SecretConfig> ReadSecrets(Message message, ReadContext context)
    {
        var secrets = new List<Config.SecretConfig>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < message.StaticResources?.Secrets.Count; i++)
        {
            string path = $"static_resources.secrets[{i}]";
            secrets.Add(SecretReader.Read(message.StaticResources.Secrets[i], path, context));
            RefuseTwice(names, secrets[^1].Name, path, context);
        }

        return secrets;
    }

    private static void RefuseTwice(HashSet<string> names, string name, string path, ReadContext context)
    {
        if (!names.Add(name))
        {
            context.Error($"{path}.name", $"'{name}' stands twice");
        }
    }

    private static bool IsFromAds(
        Envoy.Config.Core.V3.ConfigSource? source, Message.Types.DynamicResources? dynamic, string path, ReadContext context)
    {
        if (source is null || source.PathConfigSource is not null || source.HasPath)
        {
            return false;
        }

        if (source.Ads is null)
        {
            context.Error(path, $"{source.ConfigSourceSpecifierCase} is not supported; use ads: {{}} or path_config_source");
        }
        else if (dynamic?.AdsConfig is null)
        {
            context.Error(path, "ads needs dynamic_resources.ads_config");
        }

        return source.Ads is not null;
    }

    private static void NoteWithoutEffect(Message message, ReadContext context)
    {
        context.NoEffect(message.StatsConfig?.StatsTags.Count > 0, "stats_config.stats_tags");
        context.NoEffect(message.Admin?.ProfilePath.Length > 0, "admin.profile_path");
        context.NoEffect(message.Admin?.AccessLog.Count > 0, "admin.access_log");
        context.NoEffect(message.DynamicResources?.CdsResourcesLocator.Length > 0, "dynamic_resources.cds_resources_locator");
        context.NoEffect(message.DynamicResources?.LdsResourcesLocator.Length > 0, "dynamic_resources.lds_resources_locator");
    }

    // The gRPC service names a static cluster; its first endpoint is where we connect to.
    private static Uri? ReadTarget(Message message, ReadContext context)
    {
        Envoy.Config.Core.V3.ApiConfigSource? ads = message.DynamicResources?.AdsConfig;
        if (ads is null)
        {
            return null;
        }

        if (ads.ApiType is not (ApiType.DeltaGrpc or ApiType.Grpc))
        {
            context.Error("dynamic_resources.ads_config.api_type", $"{ads.ApiType} is not supported; use DELTA_GRPC or GRPC");
        }

        string name = ads.GrpcServices.FirstOrDefault()?.EnvoyGrpc?.ClusterName ?? "";
        var cluster = message.StaticResources?.Clusters.FirstOrDefault(c => c.Name == name);
        var socket = cluster?.LoadAssignment?.Endpoints.FirstOrDefault()?.LbEndpoints.FirstOrDefault()?.Endpoint?.Address?.SocketAddress;
        if (socket is null)
        {
            context.Error(
                "dynamic_resources.ads_config.grpc_services[0].envoy_grpc.cluster_name",
                $"'{name}' is not a static cluster with an endpoint");
            return null;
        }

        if (socket.PortValue > ushort.MaxValue || Uri.CheckHostName(socket.Address) is UriHostNameType.Unknown)
        {
            context.Error(
                "dynamic_resources.ads_config.grpc_services[0].envoy_grpc.cluster_name",
                $"the endpoint of '{name}', {socket.Address}:{socket.PortValue}, is no host and port");
            return null;
        }

        return new UriBuilder("http", socket.Address, (int)socket.PortValue).Uri;
    }
}
