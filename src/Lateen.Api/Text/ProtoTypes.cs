namespace Lateen.Api.Text;

using Google.Protobuf.Reflection;

/// <summary>Every message this house knows, for reading <c>Any</c> by type URL; a table, as AOT programs need.</summary>
public static class ProtoTypes
{
    private static readonly FileDescriptor[] _files =
    [
        Envoy.Admin.V3.ClustersReflection.Descriptor,
        Envoy.Admin.V3.ConfigDumpReflection.Descriptor,
        Envoy.Admin.V3.ConfigDumpSharedReflection.Descriptor,
        Envoy.Admin.V3.ListenersReflection.Descriptor,
        Envoy.Admin.V3.MetricsReflection.Descriptor,
        Cncf.Xds.Type.V3.TypedStructReflection.Descriptor,
        Envoy.Config.Accesslog.V3.AccesslogReflection.Descriptor,
        Envoy.Config.Bootstrap.V3.BootstrapReflection.Descriptor,
        Envoy.Config.Cluster.V3.CircuitBreakerReflection.Descriptor,
        Envoy.Config.Cluster.V3.ClusterReflection.Descriptor,
        Envoy.Config.Cluster.V3.OutlierDetectionReflection.Descriptor,
        Envoy.Config.Core.V3.AddressReflection.Descriptor,
        Envoy.Config.Core.V3.BaseReflection.Descriptor,
        Envoy.Config.Core.V3.ConfigSourceReflection.Descriptor,
        Envoy.Config.Core.V3.ExtensionReflection.Descriptor,
        Envoy.Config.Core.V3.GrpcMethodListReflection.Descriptor,
        Envoy.Config.Core.V3.GrpcServiceReflection.Descriptor,
        Envoy.Config.Core.V3.HealthCheckReflection.Descriptor,
        Envoy.Config.Core.V3.ProtocolReflection.Descriptor,
        Envoy.Config.Core.V3.ProxyProtocolReflection.Descriptor,
        Envoy.Config.Core.V3.SubstitutionFormatStringReflection.Descriptor,
        Envoy.Config.Endpoint.V3.EndpointComponentsReflection.Descriptor,
        Envoy.Config.Endpoint.V3.EndpointReflection.Descriptor,
        Envoy.Config.Listener.V3.ApiListenerReflection.Descriptor,
        Envoy.Config.Listener.V3.ListenerComponentsReflection.Descriptor,
        Envoy.Config.Listener.V3.ListenerReflection.Descriptor,
        Envoy.Config.Metrics.V3.StatsReflection.Descriptor,
        Envoy.Config.Overload.V3.OverloadReflection.Descriptor,
        Envoy.Config.Route.V3.RouteComponentsReflection.Descriptor,
        Envoy.Config.Route.V3.RouteReflection.Descriptor,
        Envoy.Extensions.AccessLoggers.File.V3.FileReflection.Descriptor,
        Envoy.Extensions.AccessLoggers.Stream.V3.StreamReflection.Descriptor,
        Envoy.Extensions.Clusters.DynamicForwardProxy.V3.ClusterReflection.Descriptor,
        Envoy.Extensions.Common.DynamicForwardProxy.V3.DnsCacheReflection.Descriptor,
        Envoy.Extensions.Filters.Common.Fault.V3.FaultReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Cors.V3.CorsReflection.Descriptor,
        Envoy.Extensions.Filters.Http.DynamicForwardProxy.V3.DynamicForwardProxyReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Fault.V3.FaultReflection.Descriptor,
        Envoy.Extensions.Filters.Http.GrpcStats.V3.ConfigReflection.Descriptor,
        Envoy.Extensions.Filters.Http.GrpcWeb.V3.GrpcWebReflection.Descriptor,
        Envoy.Extensions.Filters.Http.Router.V3.RouterReflection.Descriptor,
        Envoy.Extensions.Filters.Listener.HttpInspector.V3.HttpInspectorReflection.Descriptor,
        Envoy.Extensions.Filters.Listener.OriginalDst.V3.OriginalDstReflection.Descriptor,
        Envoy.Extensions.Filters.Listener.OriginalSrc.V3.OriginalSrcReflection.Descriptor,
        Envoy.Extensions.Filters.Listener.ProxyProtocol.V3.ProxyProtocolReflection.Descriptor,
        Envoy.Extensions.Filters.Listener.TlsInspector.V3.TlsInspectorReflection.Descriptor,
        Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManagerReflection.Descriptor,
        Envoy.Extensions.Filters.Network.TcpProxy.V3.TcpProxyReflection.Descriptor,
        Envoy.Extensions.RequestId.Uuid.V3.UuidReflection.Descriptor,
        Envoy.Extensions.ResourceMonitors.CgroupMemory.V3.CgroupMemoryReflection.Descriptor,
        Envoy.Extensions.ResourceMonitors.DownstreamConnections.V3.DownstreamConnectionsReflection.Descriptor,
        Envoy.Extensions.ResourceMonitors.FixedHeap.V3.FixedHeapReflection.Descriptor,
        Envoy.Extensions.Retry.Host.PreviousHosts.V3.PreviousHostsReflection.Descriptor,
        Envoy.Extensions.Retry.Priority.PreviousPriorities.V3.PreviousPrioritiesConfigReflection.Descriptor,
        Envoy.Extensions.TransportSockets.ProxyProtocol.V3.UpstreamProxyProtocolReflection.Descriptor,
        Envoy.Extensions.TransportSockets.RawBuffer.V3.RawBufferReflection.Descriptor,
        Envoy.Extensions.TransportSockets.Tls.V3.CommonReflection.Descriptor,
        Envoy.Extensions.TransportSockets.Tls.V3.SecretReflection.Descriptor,
        Envoy.Extensions.TransportSockets.Tls.V3.TlsReflection.Descriptor,
        Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptionsReflection.Descriptor,
        Envoy.Service.Discovery.V3.AdsReflection.Descriptor,
        Envoy.Service.Discovery.V3.DiscoveryReflection.Descriptor,
        Envoy.Type.Matcher.V3.RegexReflection.Descriptor,
        Envoy.Type.Matcher.V3.StringReflection.Descriptor,
        Envoy.Type.V3.HashPolicyReflection.Descriptor,
        Envoy.Type.V3.PercentReflection.Descriptor,
        Envoy.Type.V3.RangeReflection.Descriptor,
        Envoy.Type.V3.SemanticVersionReflection.Descriptor,
        Google.Rpc.StatusReflection.Descriptor,
        Istio.Alpn.V2Alpha1.ConfigReflection.Descriptor,
        Istio.Http.PeerMetadata.ConfigReflection.Descriptor,
        Istio.Networking.Nds.V1.NdsReflection.Descriptor,
        Istio.Stats.ConfigReflection.Descriptor,
        Istio.Tcp.MetadataExchangeReflection.Descriptor,
        Istio.V1.Auth.CaReflection.Descriptor,
        Udpa.Type.V1.TypedStructReflection.Descriptor,
    ];

    public static IReadOnlyList<FileDescriptor> Files => _files;

    public static TypeRegistry Registry { get; } = TypeRegistry.FromFiles(_files);

    /// <summary>Finds a message by its type URL: <c>type.googleapis.com/envoy.config.cluster.v3.Cluster</c>.</summary>
    public static MessageDescriptor? Find(string typeUrl) => Registry.Find(typeUrl[(typeUrl.LastIndexOf('/') + 1)..]);
}
