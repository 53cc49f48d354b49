namespace Lateen.Control.Translation.Clusters;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Names;
using Lateen.Control.Translation.Listeners;

/// <summary>The cluster from a sidecar to the port of its own workload, at the address the call was made to.</summary>
internal static class InboundCluster
{
    public static Cluster Translate(InboundClusterInputs inputs)
    {
        ClusterPolicy policy = ClusterPolicies.ForInbound(inputs.Pool);
        Cluster cluster = new()
        {
            Name = ClusterName.Inbound(inputs.Port).ToString(),
            AltStatName = StatPrefix.Of(ClusterName.Inbound(inputs.Port)),
            Type = Cluster.Types.DiscoveryType.OriginalDst,
            LbPolicy = Cluster.Types.LbPolicy.ClusterProvided,
            ConnectTimeout = Duration.FromTimeSpan(policy.ConnectionPool?.Tcp?.ConnectTimeout ?? inputs.ConnectTimeout),
            CircuitBreakers = Breakers.From(policy),
            CleanupInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
            UpstreamBindConfig = new BindConfig
            {
                SourceAddress = new SocketAddress { Address = Sockets.InboundSource, PortValue = 0 },
            },
            Metadata = IstioMetadata.OfService(inputs.Host, inputs.ServiceName, inputs.Namespace, 0, "", ""),
        };

        if (inputs.Endpoint is { } endpoint)
        {
            GoTo(cluster, endpoint);
        }

        UpstreamHttp.Apply(cluster, inputs.Protocol, policy);
        return cluster;
    }

    private static void GoTo(Cluster cluster, InboundEndpoint endpoint)
    {
        cluster.Type = Cluster.Types.DiscoveryType.Static;
        cluster.LbPolicy = Cluster.Types.LbPolicy.RoundRobin;
        cluster.CleanupInterval = null;
        if (endpoint.Address is "127.0.0.1" or "::1")
        {
            // A call on the loopback is not redirected, whatever its source; and only the loopback's own addresses reach it.
            cluster.UpstreamBindConfig = null;
        }

        cluster.LoadAssignment = new ClusterLoadAssignment
        {
            ClusterName = cluster.Name,
            Endpoints =
            {
                new LocalityLbEndpoints
                {
                    LbEndpoints =
                    {
                        new LbEndpoint { Endpoint = new Endpoint { Address = Sockets.Address(endpoint.Address, endpoint.Port) } },
                    },
                },
            },
        };
    }
}
