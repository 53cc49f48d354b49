namespace Lateen.Fuzz.Targets;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Lateen.Proxy.Xds.Reading;

internal sealed class ClusterTarget() : ResourceTarget<Cluster>("cluster", "clusters.yaml", Cluster.Parser)
{
    protected override void Read(Cluster message, ReadContext context) => ClusterReader.Read(message, "Cluster", context);
}

internal sealed class ListenerTarget() : ResourceTarget<Listener>("listener", "listeners.yaml", Listener.Parser)
{
    protected override void Read(Listener message, ReadContext context) => ListenerReader.Read(message, "Listener", context);
}

internal sealed class RouteTarget() : ResourceTarget<RouteConfiguration>("route", "routes.yaml", RouteConfiguration.Parser)
{
    protected override void Read(RouteConfiguration message, ReadContext context) => RouteReader.Read(message, "RouteConfiguration", context);
}

internal sealed class EndpointsTarget() : ResourceTarget<ClusterLoadAssignment>("endpoints", "endpoints.yaml", ClusterLoadAssignment.Parser)
{
    protected override void Read(ClusterLoadAssignment message, ReadContext context) =>
        EndpointsReader.Read(message, byName: false, "ClusterLoadAssignment", context);
}
