namespace Lateen.Control.Translation;

using System.Runtime.CompilerServices;
using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation.Clusters;
using Lateen.Control.Translation.Endpoints;
using Lateen.Control.Translation.Grpc;
using Lateen.Control.Translation.Listeners;
using Lateen.Control.Translation.Names;
using Lateen.Control.Translation.Routes;

/// <summary>Configuration in, xDS out: a pure function of a snapshot and a proxy, with a cache behind it.</summary>
public sealed class XdsTranslator(TranslationCache cache)
{
    // Clusters to services are the same for all proxies that see the same, and there are many of them.
    private readonly ConditionalWeakTable<MeshSnapshot, Dictionary<object, IReadOnlyList<EncodedResource>>> outbound = [];

    /// <summary>All resources of a type, or those of the given names that exist.</summary>
    public IReadOnlyList<EncodedResource> Translate(
        MeshSnapshot snapshot, ProxyNode node, XdsType type, IReadOnlyCollection<string>? names)
    {
        ProxyScope scope = ProxyScope.Of(snapshot, node);
        if (node.Generator == GrpcResources.Generator)
        {
            IReadOnlyList<EncodedResource> clusters = type is XdsType.Cluster ? OutboundClusters(snapshot, scope) : [];
            return GrpcResources.Of(type, names ?? [], scope, node, clusters, cache);
        }

        switch (type)
        {
            case XdsType.Cluster:
                return Choose(
                    [
                        .. OutboundClusters(snapshot, scope),
                        .. ClusterSet.OutboundByName(scope, node, cache),
                        .. ClusterSet.Own(scope, node, cache),
                    ],
                    names);
            case XdsType.Listener:
                return Choose([.. ListenerSet.Of(scope, node, cache)], names);
            case XdsType.Endpoint:
                return [.. (names ?? []).Select(name => EndpointSet.Of(name, scope, node, cache)).OfType<EncodedResource>()];
            case XdsType.NameTable:
                // One table for everybody: whatever name it is asked for by, this is the answer.
                return [NameTables.Of(scope, node, cache)];
            default:
                return [.. (names ?? []).Select(name => RouteSet.Of(name, scope, node, cache)).OfType<EncodedResource>()];
        }
    }

    private IReadOnlyList<EncodedResource> OutboundClusters(MeshSnapshot snapshot, ProxyScope scope)
    {
        Dictionary<object, IReadOnlyList<EncodedResource>> byView = outbound.GetOrCreateValue(snapshot);
        lock (byView)
        {
            if (!byView.TryGetValue(scope.ClusterKey, out IReadOnlyList<EncodedResource>? clusters))
            {
                byView[scope.ClusterKey] = clusters = ClusterSet.Outbound(scope, cache);
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
