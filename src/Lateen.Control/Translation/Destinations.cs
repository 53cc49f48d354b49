namespace Lateen.Control.Translation;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>Finds the cluster a destination means.</summary>
internal static class Destinations
{
    /// <summary>The name of the cluster.</summary>
    public static string Cluster(Destination? destination, ResourceKey owner, int listenerPort, ProxyScope scope) =>
        Find(destination, owner, listenerPort, scope).ToString();

    /// <summary>
    /// The port is the destination's, else the service's only one, else the one the call came in on. A host or subset that does
    /// not exist gives the name of a cluster that does not exist: the proxy answers 503 NC, and the object's status says why.
    /// </summary>
    public static ClusterName Find(Destination? destination, ResourceKey owner, int listenerPort, ProxyScope scope)
    {
        HostName host = HostName.Expand(destination?.Host ?? "", owner.Namespace, scope.Mesh.DomainSuffix);
        int port = destination?.Port?.Number ?? 0;
        MeshService? service = scope.FindDestination(host.Value);
        if (port == 0)
        {
            port = service?.Ports.Count == 1 ? service.Ports[0].Number : listenerPort;
        }

        return ClusterName.Outbound(port, service?.Host ?? host.Value, destination?.Subset ?? "");
    }
}
