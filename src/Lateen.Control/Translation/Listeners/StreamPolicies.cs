namespace Lateen.Control.Translation.Listeners;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation.Clusters;

/// <summary>Finds what destination rules say of the connections to some clusters.</summary>
internal static class StreamPolicies
{
    /// <summary>The rule of the first cluster counts, as a connection is accepted before its cluster is chosen.</summary>
    public static StreamPolicy Of(ValueList<WeightedTarget> targets, ProxyScope scope)
    {
        if (targets.Count == 0 || !ClusterName.TryParse(targets[0].Cluster, out ClusterName name)
            || scope.FindDestination(name.Host) is not { } service)
        {
            return StreamPolicy.None;
        }

        DestinationPolicy? rule = scope.PolicyOf(service);
        Subset? subset = name.Subset.Length > 0 ? rule?.FindSubset(name.Subset) : null;
        ClusterPolicy policy = ClusterPolicies.Resolve(rule, name.Port, subset, scope.Mesh);
        return new StreamPolicy
        {
            IdleTimeout = policy.ConnectionPool?.Tcp?.IdleTimeout,
            MaxDuration = policy.ConnectionPool?.Tcp?.MaxConnectionDuration,
            HashSourceIp = policy.LoadBalancer?.ConsistentHash is { UseSourceIp: true },
            Tunnel = policy.Tunnel is { } tunnel
                ? tunnel.TargetHost + ":" + tunnel.TargetPort.ToString(CultureInfo.InvariantCulture)
                : "",
            TunnelByPost = policy.Tunnel?.Protocol == "POST",
        };
    }
}
