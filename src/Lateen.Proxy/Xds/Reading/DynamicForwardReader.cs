namespace Lateen.Proxy.Xds.Reading;

using Envoy.Extensions.Common.DynamicForwardProxy.V3;
using Lateen.Proxy.Config;
using ClusterMessage = Envoy.Config.Cluster.V3.Cluster;
using Message = Envoy.Extensions.Clusters.DynamicForwardProxy.V3.ClusterConfig;

/// <summary>Reads a cluster_type; the dynamic forward proxy is the only one.</summary>
internal static class DynamicForwardReader
{
    public static DynamicForwardConfig? Read(ClusterMessage.Types.CustomClusterType? type, string path, ReadContext context)
    {
        if (type is null || !context.TryUnpack(type.TypedConfig, $"{path}.typed_config", Message.Parser, out Message message))
        {
            return null;
        }

        path = $"{path}.typed_config.dns_cache_config";
        if (message.DnsCacheConfig is not { } cache)
        {
            context.Error(path, "is required; sub clusters are not supported");
            return null;
        }

        context.NoEffect(cache.DnsFailureRefreshRate is not null, $"{path}.dns_failure_refresh_rate");
        context.NoEffect(cache.DnsMinRefreshRate is not null, $"{path}.dns_min_refresh_rate");
        return ReadCache(cache, path, context);
    }

    private static DynamicForwardConfig ReadCache(DnsCacheConfig cache, string path, ReadContext context)
    {
        var defaults = new DynamicForwardConfig();
        TimeSpan refresh = context.Duration(cache.DnsRefreshRate, defaults.RefreshRate, $"{path}.dns_refresh_rate");
        if (refresh < TimeSpan.FromSeconds(1))
        {
            context.Error($"{path}.dns_refresh_rate", "must be at least 1 s");
        }

        if (cache.MaxHosts is 0)
        {
            context.Error($"{path}.max_hosts", "must be above 0");
        }

        return new DynamicForwardConfig
        {
            Family = ClusterReader.FamilyOf(cache.DnsLookupFamily),
            RefreshRate = refresh,
            HostTtl = context.Duration(cache.HostTtl, defaults.HostTtl, $"{path}.host_ttl"),
            MaxHosts = (int)Math.Min(cache.MaxHosts ?? (uint)defaults.MaxHosts, 1_000_000),
            QueryTimeout = context.Duration(cache.DnsQueryTimeout, defaults.QueryTimeout, $"{path}.dns_query_timeout"),
        };
    }
}
