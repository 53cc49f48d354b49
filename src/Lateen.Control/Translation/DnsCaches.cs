namespace Lateen.Control.Translation;

using Envoy.Config.Cluster.V3;
using Envoy.Extensions.Common.DynamicForwardProxy.V3;

/// <summary>The cache of names that requests bring; filter and clusters must describe it alike (Envoy).</summary>
internal static class DnsCaches
{
    private const string Name = "dynamic_forward_proxy_cache_config";

    public static DnsCacheConfig Shared() => new() { Name = Name, DnsLookupFamily = Cluster.Types.DnsLookupFamily.V4Only };
}
