namespace Lateen.Control.Translation.Clusters;

using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Snapshot;

/// <summary>
/// Resolves what a destination rule says of one port and subset, in Istio's order: the host's policy, then the subset's, block by
/// block; in each of the two the settings of the port take the place of all the blocks that a port may have. What is still open is
/// as the mesh says.
/// </summary>
internal static class ClusterPolicies
{
    public static ClusterPolicy Resolve(DestinationPolicy? rule, int port, Subset? subset, MeshSettings mesh)
    {
        ClusterPolicy policy = Over(ClusterPolicy.None, rule?.TrafficPolicy, port);
        policy = Over(policy, subset?.TrafficPolicy, port);
        TrafficPolicy? rest = mesh.DefaultTrafficPolicy;
        ConnectionPoolSettings? pool = policy.ConnectionPool ?? rest?.ConnectionPool;
        return policy with
        {
            ConnectionPool = pool,
            OutlierDetection = policy.OutlierDetection ?? rest?.OutlierDetection,
            UpgradesToHttp2 = (pool?.Http?.H2UpgradePolicy ?? H2UpgradePolicy.Default) switch
            {
                H2UpgradePolicy.Upgrade => true,
                H2UpgradePolicy.DoNotUpgrade => false,
                _ => mesh.UpgradesToHttp2,
            },
        };
    }

    /// <summary>A Sidecar's limits on connections to the own workload.</summary>
    public static ClusterPolicy ForInbound(ConnectionPoolSettings? pool) =>
        pool is null ? ClusterPolicy.None : new ClusterPolicy { ConnectionPool = pool };

    private static ClusterPolicy Over(ClusterPolicy below, TrafficPolicy? policy, int port)
    {
        if (policy is null)
        {
            return below;
        }

        ClusterPolicy merged = new()
        {
            LoadBalancer = policy.LoadBalancer ?? below.LoadBalancer,
            ConnectionPool = policy.ConnectionPool ?? below.ConnectionPool,
            OutlierDetection = policy.OutlierDetection ?? below.OutlierDetection,
            RetryBudget = policy.RetryBudget ?? below.RetryBudget,
            Tunnel = policy.Tunnel ?? below.Tunnel,
            ProxyProtocol = policy.ProxyProtocol ?? below.ProxyProtocol,
        };
        return PortPolicy(policy, port) is not { } forPort ? merged : merged with
        {
            LoadBalancer = forPort.LoadBalancer,
            ConnectionPool = forPort.ConnectionPool,
            OutlierDetection = forPort.OutlierDetection,
        };
    }

    private static PortTrafficPolicy? PortPolicy(TrafficPolicy policy, int port)
    {
        foreach (PortTrafficPolicy each in policy.PortLevelSettings)
        {
            if (each.Port?.Number == port)
            {
                return each;
            }
        }

        return null;
    }
}
