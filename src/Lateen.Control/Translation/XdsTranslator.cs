namespace Lateen.Control.Translation;

using System.Runtime.CompilerServices;
using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation.Clusters;
using Lateen.Control.Translation.Endpoints;
using Lateen.Control.Translation.Listeners;
using Lateen.Control.Translation.Routes;

/// <summary>Configuration in, xDS out: a pure function of a snapshot and a proxy, with a cache behind it.</summary>
public sealed class XdsTranslator(TranslationCache cache)
{
    // Clusters to services are the same for all proxies of a namespace, and there are many of them.
    private readonly ConditionalWeakTable<MeshSnapshot, Dictionary<string, IReadOnlyList<EncodedResource>>> outbound = [];

    /// <summary>All resources of a type, or those of the given names that exist.</summary>
    public IReadOnlyList<EncodedResource> Translate(
        MeshSnapshot snapshot, ProxyNode node, XdsType type, IReadOnlyCollection<string>? names)
    {
        switch (type)
        {
            case XdsType.Cluster:
                return Choose([.. OutboundClusters(snapshot, node), .. ClusterSet.Own(snapshot, node, cache)], names);
            case XdsType.Listener:
                return Choose([.. ListenerSet.Of(snapshot, node, cache)], names);
            case XdsType.Endpoint:
                return [.. (names ?? []).Select(name => EndpointSet.Of(name, snapshot, node, cache)).OfType<EncodedResource>()];
            default:
                return [.. (names ?? []).Select(name => RouteSet.Of(name, snapshot, node, cache)).OfType<EncodedResource>()];
        }
    }

    private IReadOnlyList<EncodedResource> OutboundClusters(MeshSnapshot snapshot, ProxyNode node)
    {
        // Without rules of its own a namespace sees what everybody sees.
        string ns = snapshot.DestinationRules.HasRulesIn(node.Namespace) ? node.Namespace : "";
        Dictionary<string, IReadOnlyList<EncodedResource>> byNamespace = outbound.GetOrCreateValue(snapshot);
        lock (byNamespace)
        {
            if (!byNamespace.TryGetValue(ns, out IReadOnlyList<EncodedResource>? clusters))
            {
                byNamespace[ns] = clusters = ClusterSet.Outbound(snapshot, ns, cache);
            }

            return clusters;
        }
    }

    private static IReadOnlyList<EncodedResource> Choose(
        IReadOnlyList<EncodedResource> all, IReadOnlyCollection<string>? names)
    {
        if (names is null)
        {
            return all;
        }

        HashSet<string> wanted = new(names, StringComparer.Ordinal);
        return [.. all.Where(each => wanted.Contains(each.Name))];
    }
}
