namespace Lateen.Proxy.Xds;

using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>What a cluster or listener refers to by name and cannot serve without.</summary>
internal static class ResourceNeeds
{
    public static string EndpointsName(ClusterConfig cluster) =>
        cluster.EdsServiceName.Length > 0 ? cluster.EdsServiceName : cluster.Name;

    public static IEnumerable<string> Secrets(ClusterConfig? cluster) =>
        cluster is null ? [] : cluster.TransportSockets.SelectMany(static socket => socket.SecretNames);

    public static IEnumerable<string> Secrets(ListenerConfig? listener) =>
        Chains(listener).SelectMany(static chain => chain.TransportSocket.SecretNames);

    /// <summary>The connection managers whose routes come by name.</summary>
    public static IEnumerable<HttpConnectionManagerConfig> Routed(ListenerConfig? listener) => Chains(listener)
        .Select(static chain => chain.Terminal).OfType<HttpConnectionManagerConfig>().Where(static m => m.InlineRoutes is null);

    /// <summary>The filters whose configuration comes by name.</summary>
    public static IEnumerable<DiscoveredFilterFactory> Discovered(ListenerConfig? listener) => Chains(listener)
        .Select(static chain => chain.Terminal).OfType<HttpConnectionManagerConfig>()
        .SelectMany(static manager => manager.Filters.OfType<DiscoveredFilterFactory>());

    private static IEnumerable<FilterChainConfig> Chains(ListenerConfig? listener)
    {
        if (listener is null)
        {
            return [];
        }

        return listener.DefaultFilterChain is { } last ? listener.FilterChains.Append(last) : listener.FilterChains;
    }
}
