namespace Lateen.Control.Translation.Listeners;

using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Envoy.Type.V3;
using Google.Protobuf.WellKnownTypes;

/// <summary>Network filters that carry bytes to a cluster.</summary>
internal static class TcpChain
{
    /// <summary>A chain with its conditions.</summary>
    public static FilterChain To(StreamChain stream, AccessLogSettings accessLog)
    {
        FilterChain chain = To("", stream.Targets, stream.Policy, accessLog);
        if (stream.TakesEverything)
        {
            return chain;
        }

        chain.FilterChainMatch = new FilterChainMatch();
        chain.FilterChainMatch.ServerNames.AddRange(stream.ServerNames.Where(static name => name != "*"));
        if (stream.ServerNames.Contains("*"))
        {
            // Any name: the condition left is that it is TLS.
            chain.FilterChainMatch.ServerNames.Clear();
            chain.FilterChainMatch.TransportProtocol = "tls";
        }

        chain.FilterChainMatch.PrefixRanges.AddRange(stream.Subnets.Select(Sockets.Range));
        return chain;
    }

    public static FilterChain To(string name, string cluster, AccessLogSettings accessLog) =>
        To(name, [new WeightedTarget(cluster, 1)], StreamPolicy.None, accessLog);

    private static FilterChain To(
        string name, IReadOnlyList<WeightedTarget> targets, StreamPolicy policy, AccessLogSettings accessLog)
    {
        FilterChain chain = new() { Name = name };
        // Statistics come first: they must see the connection open, and the proxy filter ends the chain.
        chain.Filters.Add(new Filter { Name = "istio.stats", TypedConfig = Any.Pack(new Istio.Stats.PluginConfig()) });
        chain.Filters.Add(Proxy(targets, policy, accessLog));
        return chain;
    }

    private static Filter Proxy(IReadOnlyList<WeightedTarget> targets, StreamPolicy policy, AccessLogSettings accessLog)
    {
        // The statistics prefix is the cluster, or the first of several (Istio).
        TcpProxy proxy = new()
        {
            StatPrefix = targets[0].Cluster,
            IdleTimeout = policy.IdleTimeout is { } idle ? Duration.FromTimeSpan(idle) : null,
            MaxDownstreamConnectionDuration = policy.MaxDuration is { } most ? Duration.FromTimeSpan(most) : null,
        };
        if (policy.HashSourceIp)
        {
            proxy.HashPolicy.Add(new HashPolicy { SourceIp = new HashPolicy.Types.SourceIp() });
        }

        if (policy.Tunnel.Length > 0)
        {
            proxy.TunnelingConfig = new TcpProxy.Types.TunnelingConfig
            {
                Hostname = policy.Tunnel,
                UsePost = policy.TunnelByPost,
            };
        }

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
