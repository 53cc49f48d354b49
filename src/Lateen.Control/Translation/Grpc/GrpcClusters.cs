namespace Lateen.Control.Translation.Grpc;

using Envoy.Config.Cluster.V3;
using DiscoveryType = Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType;
using LbPolicy = Envoy.Config.Cluster.V3.Cluster.Types.LbPolicy;

/// <summary>A cluster as gRPC's clients accept it; they refuse what they cannot do instead of ignoring it.</summary>
internal static class GrpcClusters
{
    /// <summary>Null where no such cluster can be had (addresses are taken from the call).</summary>
    public static Cluster? Adapt(Cluster source)
    {
        if (source.Type is not (DiscoveryType.Eds or DiscoveryType.StrictDns or DiscoveryType.LogicalDns))
        {
            return null;
        }

        Cluster cluster = new()
        {
            Name = source.Name,
            Type = source.Type is DiscoveryType.Eds ? DiscoveryType.Eds : DiscoveryType.LogicalDns,
            EdsClusterConfig = source.EdsClusterConfig,
            LoadAssignment = source.LoadAssignment,
            ConnectTimeout = source.ConnectTimeout,
            CircuitBreakers = source.CircuitBreakers,
            OutlierDetection = source.OutlierDetection,
            Metadata = source.Metadata,
            // LEAST_REQUEST, our default for proxies, is refused by grpc-js; Istio gives gRPC round robin too.
            LbPolicy = source.LbPolicy is LbPolicy.RingHash ? LbPolicy.RingHash : LbPolicy.RoundRobin,
        };
        if (cluster.LbPolicy is LbPolicy.RingHash)
        {
            cluster.RingHashLbConfig = source.RingHashLbConfig;
        }

        return cluster;
    }
}
