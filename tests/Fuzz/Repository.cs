namespace Lateen.Fuzz;

using Google.Protobuf;
using Lateen.Api.Text;

/// <summary>Seeds that lie in the repository.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Golden resources of one kind ("clusters.yaml"), as protobuf.</summary>
    public static byte[][] Golden<T>(string file)
        where T : IMessage<T>, new()
    {
        var parser = new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(ProtoTypes.Registry));
        return
        [
            .. Directory.EnumerateFiles(Path.Combine(Root, "tests", "golden", "translation"), file, SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .SelectMany(static path => StrictYaml.Read(File.ReadAllText(path), path).Documents)
                .Where(static document => document.Root is not null)
                .Select(document => parser.Parse<T>(document.Root?.ToJsonString() ?? "{}").ToByteArray()),
        ];
    }

    /// <summary>The bootstrap that the injected sidecar starts with, and a static one.</summary>
    public static string StaticBootstrap => """
        node: {id: a, cluster: b, metadata: {LABELS: {app: x}}}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 15000}}}
        static_resources:
          clusters:
          - name: a
            type: STRICT_DNS
            connect_timeout: 1.5s
            lb_policy: RING_HASH
            load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: h, port_value: 80}}}}]}]}
          listeners:
          - name: l
            address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.tcp_proxy
                typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: a}
        dynamic_resources:
          ads_config: {api_type: DELTA_GRPC, grpc_services: [{envoy_grpc: {cluster_name: a}}]}
        layered_runtime: {layers: [{name: s, static_layer: {x: 1}}]}
        """;

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Lateen.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? Directory.GetCurrentDirectory();
    }
}
