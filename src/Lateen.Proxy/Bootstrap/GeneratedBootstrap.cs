namespace Lateen.Proxy.Bootstrap;

using Envoy.Config.Bootstrap.V3;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Agent;
using ApiType = Envoy.Config.Core.V3.ApiConfigSource.Types.ApiType;
using Message = Envoy.Config.Bootstrap.V3.Bootstrap;

/// <summary>The bootstrap of a sidecar or gateway, made in memory from its pod's environment.</summary>
public static class GeneratedBootstrap
{
    private const string XdsCluster = "xds-grpc";

    public static Message Create(AgentOptions options)
    {
        var ads = new ApiConfigSource
        {
            ApiType = ApiType.DeltaGrpc,
            TransportApiVersion = ApiVersion.V3,
            SetNodeOnFirstMessageOnly = true,
            GrpcServices = { new GrpcService { EnvoyGrpc = new GrpcService.Types.EnvoyGrpc { ClusterName = XdsCluster } } },
        };
        return new Message
        {
            Node = options.Node,
            Admin = new Admin { Address = At("127.0.0.1", options.AdminPort) },
            DynamicResources = new Message.Types.DynamicResources
            {
                AdsConfig = ads,
                CdsConfig = AdsSource(),
                LdsConfig = AdsSource(),
            },
            StaticResources = new Message.Types.StaticResources { Clusters = { ControlPlane(options) } },
        };
    }

    private static ConfigSource AdsSource() => new()
    {
        Ads = new AggregatedConfigSource(),
        InitialFetchTimeout = new Duration(),
        ResourceApiVersion = ApiVersion.V3,
    };

    private static Cluster ControlPlane(AgentOptions options)
    {
        var host = new LbEndpoint { Endpoint = new Endpoint { Address = At(options.XdsTarget.Host, options.XdsTarget.Port) } };
        return new Cluster
        {
            Name = XdsCluster,
            Type = Cluster.Types.DiscoveryType.StrictDns,
            ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)),
            LoadAssignment = new ClusterLoadAssignment
            {
                ClusterName = XdsCluster,
                Endpoints = { new LocalityLbEndpoints { LbEndpoints = { host } } },
            },
        };
    }

    private static Address At(string host, int port) =>
        new() { SocketAddress = new SocketAddress { Address = host, PortValue = (uint)port } };
}
