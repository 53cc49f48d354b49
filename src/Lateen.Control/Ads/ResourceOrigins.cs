namespace Lateen.Control.Ads;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;

/// <summary>Says which objects refused resources came from, by the paths that translation writes into their metadata.</summary>
internal static class ResourceOrigins
{
    /// <summary>Paths of the objects behind the resources that the refusal names, or behind all when it names none.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyCollection<Resource> sent, string error)
    {
        List<Resource> named = [.. sent.Where(each => error.Contains(each.Name, StringComparison.Ordinal))];
        return [.. (named.Count > 0 ? named : sent).SelectMany(Paths).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Paths(Resource resource)
    {
        if (resource.Resource_.Is(Cluster.Descriptor))
        {
            return Path(resource.Resource_.Unpack<Cluster>().Metadata);
        }

        return resource.Resource_.Is(RouteConfiguration.Descriptor)
            ? resource.Resource_.Unpack<RouteConfiguration>().VirtualHosts.SelectMany(host => host.Routes).SelectMany(route => Path(route.Metadata))
            : [];
    }

    private static IEnumerable<string> Path(Metadata? metadata) =>
        metadata is not null && metadata.FilterMetadata.TryGetValue("istio", out Struct? istio)
        && istio.Fields.TryGetValue("config", out Value? path)
            ? [path.StringValue]
            : [];
}
