namespace Lateen.Control.Translation.Clusters;

using Lateen.Api.Resources.Networking;
using Lateen.Control.Snapshot;

/// <summary>
/// Resolves what a destination rule says of one port and subset: a subset's blocks come before the host's, and the settings of a
/// port replace both as a whole, block by block.
/// </summary>
internal static class ClusterPolicies
{
    public static ClusterPolicy Resolve(DestinationPolicy? rule, int port, Subset? subset)
    {
        if (rule is null)
        {
            return ClusterPolicy.None;
        }

        TrafficPolicy? outer = rule.TrafficPolicy;
        TrafficPolicy? inner = subset?.TrafficPolicy;
        PortTrafficPolicy? forPort = PortPolicy(inner, port) ?? PortPolicy(outer, port);
        LoadBalancerSettings? balancer = forPort is null ? inner?.LoadBalancer ?? outer?.LoadBalancer : forPort.LoadBalancer;
        ConnectionPoolSettings? pool = forPort is null ? inner?.ConnectionPool ?? outer?.ConnectionPool : forPort.ConnectionPool;
        return new ClusterPolicy
        {
            LoadBalancer = balancer?.Simple ?? SimpleLoadBalancer.Unspecified,
            MaxConnections = pool?.Tcp?.MaxConnections,
            ConnectTimeout = pool?.Tcp?.ConnectTimeout,
            MaxPendingRequests = pool?.Http?.Http1MaxPendingRequests,
            MaxRequests = pool?.Http?.Http2MaxRequests,
            MaxRequestsPerConnection = pool?.Http?.MaxRequestsPerConnection,
            MaxRetries = pool?.Http?.MaxRetries,
            IdleTimeout = pool?.Http?.IdleTimeout,
        };
    }

    private static PortTrafficPolicy? PortPolicy(TrafficPolicy? policy, int port)
    {
        foreach (PortTrafficPolicy each in policy?.PortLevelSettings ?? [])
        {
            if (each.Port?.Number == port)
            {
                return each;
            }
        }

        return null;
    }
}
