namespace Lateen.Control.Translation.Grpc;

using System.Globalization;
using System.Runtime.CompilerServices;
using Envoy.Config.Cluster.V3;
using Lateen.Api.Names;
using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation.Endpoints;
using Lateen.Control.Translation.Routes;

/// <summary>
/// What a gRPC library asks for when the application dials xds:///host:port and there is no proxy: a listener named like the
/// target, its routes, clusters and endpoints, each in the shape gRPC's clients accept. The intent is the one sidecars get.
/// </summary>
internal static class GrpcResources
{
    /// <summary>The value of node metadata GENERATOR that asks for these resources.</summary>
    public const string Generator = "grpc";

    // The cache hands out one object for one content, so what was made of it is found by the object.
    private static readonly ConditionalWeakTable<EncodedResource, Adaptation> Adapted = [];

    public static IReadOnlyList<EncodedResource> Of(
        XdsType type,
        IReadOnlyCollection<string> names,
        ProxyScope scope,
        ProxyNode node,
        IReadOnlyList<EncodedResource> clusters,
        TranslationCache cache) => type switch
        {
            XdsType.Listener => [.. names.Select(name => Listener(name, scope, cache)).OfType<EncodedResource>()],
            XdsType.Route => [.. names.Select(name => Routes(name, scope, node, cache)).OfType<EncodedResource>()],
            XdsType.Cluster => Clusters(names, clusters),
            XdsType.Endpoint => [.. names.Select(name => EndpointSet.Of(name, scope, node, cache)).OfType<EncodedResource>()],
            _ => [],
        };

    private static EncodedResource? Listener(string name, ProxyScope scope, TranslationCache cache)
    {
        int colon = name.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port))
        {
            return null;
        }

        HostName host = HostName.Expand(name[..colon], scope.Namespace, scope.Mesh.DomainSuffix);
        return scope.FindService(host.Value)?.Port(port) is null
            ? null
            : cache.Get(
                new GrpcListenerInputs(name, ClusterName.Outbound(port, host.Value).ToString()), name, GrpcListener.Translate);
    }

    // Named after the service's own cluster, as Istio does.
    private static EncodedResource? Routes(string name, ProxyScope scope, ProxyNode node, TranslationCache cache)
    {
        if (!ClusterName.TryParse(name, out ClusterName cluster) || cluster.Direction is not ClusterDirection.Outbound)
        {
            return null;
        }

        string sidecarName = cluster.Host + ":" + cluster.Port.ToString(CultureInfo.InvariantCulture);
        return SidecarRoutes.Gather(sidecarName, scope, node, out _) is not { } inputs
            ? null
            : cache.Get(new GrpcRoutesInputs(name, inputs), name, GrpcRoutes.Translate);
    }

    private static List<EncodedResource> Clusters(IReadOnlyCollection<string> names, IReadOnlyList<EncodedResource> all)
    {
        HashSet<string> wanted = new(names, StringComparer.Ordinal);
        return [.. all.Where(each => wanted.Contains(each.Name))
            .Select(each => Adapted.GetValue(each, Adapt).Resource)
            .OfType<EncodedResource>()];
    }

    private static Adaptation Adapt(EncodedResource resource)
    {
        Cluster? adapted = GrpcClusters.Adapt(resource.Body.Unpack<Cluster>());
        return new Adaptation(adapted is null ? null : EncodedResource.Encode(resource.Name, adapted));
    }

    private sealed record Adaptation(EncodedResource? Resource);
}
