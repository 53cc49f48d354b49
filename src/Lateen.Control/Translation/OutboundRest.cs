namespace Lateen.Control.Translation;

using Lateen.Api.Resources.Networking;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation.Clusters;

/// <summary>Where calls go that no service or rule knows.</summary>
internal static class OutboundRest
{
    /// <summary>To the address they were made to, or through the Sidecar's egress proxy, or nowhere.</summary>
    public static string ClusterOf(ProxyScope scope)
    {
        if (!scope.AllowAnyOutbound)
        {
            return FixedClusters.BlackHole;
        }

        return scope.Sidecar is { Spec.OutboundTrafficPolicy.EgressProxy: Destination proxy } sidecar
            ? Destinations.Cluster(proxy, sidecar.Key, proxy.Port?.Number ?? 0, scope)
            : FixedClusters.Passthrough;
    }
}
