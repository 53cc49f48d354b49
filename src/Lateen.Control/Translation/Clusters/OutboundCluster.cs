namespace Lateen.Control.Translation.Clusters;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Registry;

/// <summary>The cluster a client calls a service port, or one of its subsets, through.</summary>
internal static class OutboundCluster
{
    public static Cluster Translate(OutboundClusterInputs inputs)
    {
        Cluster cluster = new()
        {
            Name = ClusterName.Outbound(inputs.Port.Number, inputs.Host, inputs.Subset).ToString(),
            Type = DiscoveryTypeOf(inputs),
            ConnectTimeout = Duration.FromTimeSpan(inputs.Policy.ConnectTimeout ?? inputs.ConnectTimeout),
            CircuitBreakers = Breakers.From(inputs.Policy),
            Metadata = IstioMetadata.OfService(
                inputs.Host, inputs.ServiceName, inputs.Namespace, inputs.Port.Number, inputs.ConfigPath, inputs.Subset),
        };

        if (cluster.Type is Cluster.Types.DiscoveryType.Eds)
        {
            cluster.EdsClusterConfig = new Cluster.Types.EdsClusterConfig
            {
                EdsConfig = AdsSource.Create(),
                ServiceName = cluster.Name,
            };
        }
        else if (cluster.Type is Cluster.Types.DiscoveryType.StrictDns)
        {
            cluster.DnsLookupFamily = Cluster.Types.DnsLookupFamily.V4Only;
            cluster.RespectDnsTtl = true;
            cluster.LoadAssignment = NamedHost(cluster.Name, inputs.ExternalName, inputs.Port.Number);
        }

        cluster.LbPolicy = LbPolicyOf(cluster.Type, inputs.Policy.LoadBalancer);
        UpstreamHttp.Apply(cluster, inputs.Port.Protocol, inputs.Policy);
        return cluster;
    }

    private static Cluster.Types.DiscoveryType DiscoveryTypeOf(OutboundClusterInputs inputs) => inputs.Resolution switch
    {
        Resolution.Dns => Cluster.Types.DiscoveryType.StrictDns,
        Resolution.Passthrough => Cluster.Types.DiscoveryType.OriginalDst,
        _ when inputs.Policy.LoadBalancer is SimpleLoadBalancer.Passthrough => Cluster.Types.DiscoveryType.OriginalDst,
        _ => Cluster.Types.DiscoveryType.Eds,
    };

    private static Cluster.Types.LbPolicy LbPolicyOf(Cluster.Types.DiscoveryType type, SimpleLoadBalancer balancer)
    {
        if (type is Cluster.Types.DiscoveryType.OriginalDst)
        {
            return Cluster.Types.LbPolicy.ClusterProvided;
        }

        return balancer switch
        {
            SimpleLoadBalancer.RoundRobin => Cluster.Types.LbPolicy.RoundRobin,
            SimpleLoadBalancer.Random => Cluster.Types.LbPolicy.Random,
            _ => Cluster.Types.LbPolicy.LeastRequest,
        };
    }

    private static ClusterLoadAssignment NamedHost(string cluster, string host, int port) => new()
    {
        ClusterName = cluster,
        Endpoints =
        {
            new LocalityLbEndpoints
            {
                Locality = new Envoy.Config.Core.V3.Locality(),
                LoadBalancingWeight = 1,
                LbEndpoints =
                {
                    new LbEndpoint
                    {
                        Endpoint = new Endpoint { Address = Sockets.Address(host, port) },
                        HealthStatus = HealthStatus.Unknown,
                        LoadBalancingWeight = 1,
                    },
                },
            },
        },
    };
}
