namespace Lateen.Control.Translation.Clusters;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.ProxyProtocol.V3;
using Envoy.Extensions.TransportSockets.RawBuffer.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Registry;
using Lateen.Control.Translation.Endpoints;
using ForwardByName = Envoy.Extensions.Clusters.DynamicForwardProxy.V3.ClusterConfig;
using WireKeepalive = Envoy.Config.Core.V3.TcpKeepalive;
using TcpKeepalive = Lateen.Api.Resources.Networking.TcpKeepalive;

/// <summary>The cluster a client calls a service port, or one of its subsets, through.</summary>
internal static class OutboundCluster
{
    public static Cluster Translate(OutboundClusterInputs inputs)
    {
        Cluster cluster = new()
        {
            Name = ClusterName.Outbound(inputs.Port.Number, inputs.Host, inputs.Subset).ToString(),
            AltStatName = StatPrefix.Of(ClusterName.Outbound(inputs.Port.Number, inputs.Host, inputs.Subset)),
            ConnectTimeout = Duration.FromTimeSpan(inputs.Policy.ConnectionPool?.Tcp?.ConnectTimeout ?? inputs.ConnectTimeout),
            CircuitBreakers = Breakers.From(inputs.Policy),
            UpstreamConnectionOptions = KeepAlive(inputs.Policy.ConnectionPool?.Tcp?.TcpKeepalive),
            Metadata = IstioMetadata.OfService(
                inputs.Host, inputs.ServiceName, inputs.Namespace, inputs.Port.Number, inputs.ConfigPath, inputs.Subset),
        };

        if (inputs.Resolution is Resolution.DynamicDns)
        {
            cluster.ClusterType = ByNameOfRequest();
        }
        else
        {
            cluster.Type = DiscoveryTypeOf(inputs);
        }

        if (cluster is { ClusterDiscoveryTypeCase: Cluster.ClusterDiscoveryTypeOneofCase.Type, Type: Cluster.Types.DiscoveryType.Eds })
        {
            cluster.EdsClusterConfig = new Cluster.Types.EdsClusterConfig
            {
                EdsConfig = AdsSource.Create(),
                ServiceName = cluster.Name,
            };
        }
        else if (inputs.Inline is not null)
        {
            cluster.DnsLookupFamily = Cluster.Types.DnsLookupFamily.V4Only;
            cluster.RespectDnsTtl = true;
            cluster.LoadAssignment = LoadAssignment.Translate(inputs.Inline);
        }

        if (inputs.MeshExternal)
        {
            IstioMetadata.MarkExternal(cluster.Metadata);
        }

        Balancing.Apply(cluster, inputs.Policy.LoadBalancer, inputs.WeighsLocalities);
        Outliers.Apply(cluster, inputs.Policy.OutlierDetection);
        UpstreamHttp.Apply(cluster, inputs.Port.Protocol, inputs.Policy);
        cluster.TransportSocket = Socket(inputs.Policy.ProxyProtocol);
        return cluster;
    }

    private static TransportSocket? Socket(ProxyProtocolSettings? settings) => settings is null ? null : new()
    {
        Name = "envoy.transport_sockets.upstream_proxy_protocol",
        TypedConfig = Any.Pack(new ProxyProtocolUpstreamTransport
        {
            Config = new ProxyProtocolConfig
            {
                Version = settings.Version is ProxyProtocolVersion.V2
                    ? ProxyProtocolConfig.Types.Version.V2
                    : ProxyProtocolConfig.Types.Version.V1,
            },
            TransportSocket = new TransportSocket
            {
                Name = "envoy.transport_sockets.raw_buffer",
                TypedConfig = Any.Pack(new RawBuffer()),
            },
        }),
    };

    private static Cluster.Types.CustomClusterType ByNameOfRequest() => new()
    {
        Name = "envoy.clusters.dynamic_forward_proxy",
        TypedConfig = Any.Pack(new ForwardByName { DnsCacheConfig = DnsCaches.Shared() }),
    };

    private static Cluster.Types.DiscoveryType DiscoveryTypeOf(OutboundClusterInputs inputs) => inputs.Resolution switch
    {
        Resolution.Dns => Cluster.Types.DiscoveryType.StrictDns,
        Resolution.DnsRoundRobin => Cluster.Types.DiscoveryType.LogicalDns,
        Resolution.Passthrough => Cluster.Types.DiscoveryType.OriginalDst,
        _ when inputs.Policy.IsPassthrough => Cluster.Types.DiscoveryType.OriginalDst,
        _ => Cluster.Types.DiscoveryType.Eds,
    };

    private static UpstreamConnectionOptions? KeepAlive(TcpKeepalive? settings) => settings is null ? null : new()
    {
        TcpKeepalive = new WireKeepalive
        {
            KeepaliveProbes = (uint?)settings.Probes,
            KeepaliveTime = Seconds(settings.Time),
            KeepaliveInterval = Seconds(settings.Interval),
        },
    };

    private static uint? Seconds(TimeSpan? time) => time is { } given ? (uint)Math.Max(1, Math.Ceiling(given.TotalSeconds)) : null;
}
