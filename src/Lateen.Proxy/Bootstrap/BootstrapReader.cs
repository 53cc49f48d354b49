namespace Lateen.Proxy.Bootstrap;

using Google.Protobuf;
using Lateen.Api.Text;
using Lateen.Proxy.Xds.Reading;
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
        IReadOnlyList<Finding> findings = document.Locate(MessageJsonCheck.Check(document.Root, Message.Descriptor));
        if (findings.Count > 0)
        {
            return (null, findings);
        }

        try
        {
            var parser = new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(ProtoTypes.Registry));
            return (parser.Parse<Message>(document.Root?.ToJsonString() ?? "{}"), []);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or FormatException)
        {
            return (null, [Finding.Error(MessageJsonCheck.Code, "", $"{file}: {e.Message}")]);
        }
    }

    /// <summary>Turns the message into what the proxy starts with; errors name paths such as static_resources.clusters[0].name.</summary>
    public static (ProxySetup Setup, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings) Read(
        Message message, ExtensionCatalog extensions)
    {
        var context = new ReadContext(extensions);
        var clusters = new List<Config.ClusterConfig>();
        var listeners = new List<Config.ListenerConfig>();
        for (int i = 0; i < message.StaticResources?.Clusters.Count; i++)
        {
            clusters.Add(ClusterReader.Read(message.StaticResources.Clusters[i], $"static_resources.clusters[{i}]", context));
        }

        for (int i = 0; i < message.StaticResources?.Listeners.Count; i++)
        {
            string path = $"static_resources.listeners[{i}]";
            Config.ListenerConfig listener = ListenerReader.Read(message.StaticResources.Listeners[i], path, context);
            listeners.Add(listener.Name.Length > 0 ? listener : listener with { Name = $"listener_{i}" });
        }

        context.NoEffect(message.StaticResources?.Secrets.Count > 0, "static_resources.secrets");
        var setup = new ProxySetup
        {
            Bootstrap = message,
            Clusters = clusters,
            Listeners = listeners,
            AdminAddress = message.Admin?.Address is null ? default : AddressReader.Read(message.Admin.Address, "admin.address", context),
            XdsTarget = ReadTarget(message, context),
        };
        return (setup, context.Errors, context.Warnings);
    }

    // The gRPC service names a static cluster; its first endpoint is where we connect to.
    private static Uri? ReadTarget(Message message, ReadContext context)
    {
        Envoy.Config.Core.V3.ApiConfigSource? ads = message.DynamicResources?.AdsConfig;
        if (ads is null)
        {
            return null;
        }

        if (ads.ApiType is not (Envoy.Config.Core.V3.ApiConfigSource.Types.ApiType.DeltaGrpc
            or Envoy.Config.Core.V3.ApiConfigSource.Types.ApiType.Grpc))
        {
            context.Error("dynamic_resources.ads_config.api_type", "must be DELTA_GRPC");
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

        return new UriBuilder("http", socket.Address, (int)socket.PortValue).Uri;
    }
}
