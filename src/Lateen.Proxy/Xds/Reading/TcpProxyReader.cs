namespace Lateen.Proxy.Xds.Reading;

using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Lateen.Proxy.Config;
using Lateen.Proxy.Routing;

/// <summary>Reads a TcpProxy.</summary>
internal static class TcpProxyReader
{
    public static TcpProxyConfig Read(TcpProxy message, TrafficDirection direction, string path, ReadContext context)
    {
        context.NoEffect(message.DownstreamIdleTimeout is not null, $"{path}.downstream_idle_timeout");
        context.NoEffect(message.UpstreamIdleTimeout is not null, $"{path}.upstream_idle_timeout");
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
            MaxDuration = context.Duration(
                message.MaxDownstreamConnectionDuration, TimeSpan.Zero, $"{path}.max_downstream_connection_duration"),
            HashSourceAddress = message.HashPolicy.Any(static p => p.SourceIp is not null),
            Tunnel = message.TunnelingConfig is null ? null : ReadTunnel(message.TunnelingConfig, $"{path}.tunneling_config", context),
            MaxConnectAttempts = (int)Math.Clamp(message.MaxConnectAttempts ?? 1, 1, 1000),
            AccessLoggers = AccessLogReader.Read(message.AccessLog, $"{path}.access_log", context),
        };
    }

    private static TunnelConfig ReadTunnel(TcpProxy.Types.TunnelingConfig message, string path, ReadContext context)
    {
        if (message.UsePost || message.PostPath.Length > 0)
        {
            context.Error($"{path}.use_post", "is not supported; tunnels are opened by CONNECT");
        }

        context.NoEffect(message.PropagateResponseHeaders, $"{path}.propagate_response_headers");
        if (message.Hostname.Length == 0 || message.Hostname.AsSpan().IndexOfAny("\r\n\0 ") >= 0)
        {
            context.Error($"{path}.hostname", $"'{message.Hostname}' is not a host and port");
        }

        if (new HeaderFormat(message.Hostname).Error is { } error)
        {
            context.Error($"{path}.hostname", error);
        }

        return new TunnelConfig
        {
            Hostname = message.Hostname,
            Headers = HeaderMutationReader.Read(message.HeadersToAdd, [], $"{path}.headers_to_add", context),
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
