namespace Lateen.Control.Translation.Listeners;

using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf.WellKnownTypes;

/// <summary>Network filters that carry bytes to a cluster.</summary>
internal static class TcpChain
{
    public static FilterChain To(string name, IReadOnlyList<WeightedTarget> targets, AccessLogSettings accessLog)
    {
        FilterChain chain = new() { Name = name };
        // Statistics come first: they must see the connection open, and the proxy filter ends the chain.
        chain.Filters.Add(new Filter { Name = "istio.stats", TypedConfig = Any.Pack(new Istio.Stats.PluginConfig()) });
        chain.Filters.Add(Proxy(targets, accessLog));
        return chain;
    }

    public static FilterChain To(string name, string cluster, AccessLogSettings accessLog) =>
        To(name, [new WeightedTarget(cluster, 1)], accessLog);

    private static Filter Proxy(IReadOnlyList<WeightedTarget> targets, AccessLogSettings accessLog)
    {
        // The statistics prefix is the cluster, or the first of several (Istio).
        TcpProxy proxy = new() { StatPrefix = targets[0].Cluster };
        if (targets.Count == 1)
        {
            proxy.Cluster = targets[0].Cluster;
        }
        else
        {
            proxy.WeightedClusters = new TcpProxy.Types.WeightedCluster();
            proxy.WeightedClusters.Clusters.AddRange(targets.Select(target =>
                new TcpProxy.Types.WeightedCluster.Types.ClusterWeight { Name = target.Cluster, Weight = (uint)target.Weight }));
        }

        proxy.AccessLog.AddRange(AccessLogs.From(accessLog));
        return new Filter { Name = "envoy.filters.network.tcp_proxy", TypedConfig = Any.Pack(proxy) };
    }
}
