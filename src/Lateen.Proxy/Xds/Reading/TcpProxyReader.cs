namespace Lateen.Proxy.Xds.Reading;

using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Lateen.Proxy.Config;

/// <summary>Reads a TcpProxy.</summary>
internal static class TcpProxyReader
{
    public static TcpProxyConfig Read(TcpProxy message, TrafficDirection direction, string path, ReadContext context)
    {
        context.NoEffect(message.HashPolicy.Count > 0, $"{path}.hash_policy");
        context.NoEffect(message.MaxDownstreamConnectionDuration is not null, $"{path}.max_downstream_connection_duration");
        if (message.MetadataMatch is not null)
        {
            context.Error($"{path}.metadata_match", "is not supported; subsets are clusters of their own");
        }

        return new TcpProxyConfig
        {
            StatPrefix = message.StatPrefix,
            Direction = direction,
            Clusters = ReadClusters(message, path, context),
            IdleTimeout = context.Duration(message.IdleTimeout, TimeSpan.FromHours(1), $"{path}.idle_timeout"),
            MaxConnectAttempts = (int)Math.Clamp(message.MaxConnectAttempts ?? 1, 1, 1000),
            AccessLoggers = AccessLogReader.Read(message.AccessLog, $"{path}.access_log", context),
        };
    }

    private static IReadOnlyList<WeightedCluster> ReadClusters(TcpProxy message, string path, ReadContext context)
    {
        if (message.ClusterSpecifierCase is TcpProxy.ClusterSpecifierOneofCase.Cluster && message.Cluster.Length > 0)
        {
            return [new WeightedCluster(message.Cluster)];
        }

        if (message.WeightedClusters is null || message.WeightedClusters.Clusters.Sum(static c => c.Weight) == 0)
        {
            context.Error(path, "a cluster, or weighted_clusters with weights, is required");
            return [];
        }

        return [.. message.WeightedClusters.Clusters.Select(static c => new WeightedCluster(c.Name, c.Weight))];
    }
}
