namespace Lateen.Control.Translation.Clusters;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Names;

/// <summary>The cluster from a sidecar to the port of its own workload, at the address the call was made to.</summary>
internal static class InboundCluster
{
    public static Cluster Translate(InboundClusterInputs inputs)
    {
        Cluster cluster = new()
        {
            Name = ClusterName.Inbound(inputs.Port).ToString(),
            Type = Cluster.Types.DiscoveryType.OriginalDst,
            LbPolicy = Cluster.Types.LbPolicy.ClusterProvided,
            ConnectTimeout = Duration.FromTimeSpan(inputs.ConnectTimeout),
            CircuitBreakers = Breakers.From(ClusterPolicy.None),
            CleanupInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
            UpstreamBindConfig = new BindConfig
            {
                SourceAddress = new SocketAddress { Address = Sockets.InboundSource, PortValue = 0 },
            },
            Metadata = IstioMetadata.OfService(inputs.Host, inputs.ServiceName, inputs.Namespace, 0, "", ""),
        };

        UpstreamHttp.Apply(cluster, inputs.Protocol, ClusterPolicy.None);
        return cluster;
    }
}
