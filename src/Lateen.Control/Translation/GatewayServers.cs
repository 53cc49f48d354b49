namespace Lateen.Control.Translation;

using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>Finds the servers that a gateway proxy serves.</summary>
internal static class GatewayServers
{
    public static IEnumerable<BoundServer> Of(ProxyScope scope, ProxyNode node) => Merged(scope, node).Servers;

    /// <summary>
    /// Servers of any number of Gateways may share a port while they carry the same: HTTP is merged by host, TLS by server name.
    /// TCP has nothing to tell two servers apart by.
    /// </summary>
    public static MergedServers Merged(ProxyScope scope, ProxyNode node)
    {
        List<BoundServer> kept = [];
        List<(BoundServer, BoundServer)> refused = [];
        Dictionary<(string, int), BoundServer> first = [];
        foreach (BoundServer server in All(scope, node))
        {
            if (!first.TryGetValue((server.Bind, server.Port), out BoundServer? winner))
            {
                first[(server.Bind, server.Port)] = server;
                kept.Add(server);
            }
            else if (winner.Kind == server.Kind && server.Kind is not ServerKind.Tcp)
            {
                kept.Add(server);
            }
            else
            {
                refused.Add((server, winner));
            }
        }

        return new MergedServers(kept, refused);
    }

    private static IEnumerable<BoundServer> All(ProxyScope scope, ProxyNode node)
    {
        Dictionary<int, int> targets = TargetPorts(scope, node);
        foreach (ConfigObject<GatewaySpec> gateway in scope.Gateways.Of(node))
        {
            foreach (GatewayServer server in gateway.Spec.Servers)
            {
                int number = server.Port?.Number ?? 0;
                BoundServer bound = new(gateway, server, targets.GetValueOrDefault(number, number));
                if (number > 0 && bound.Kind is not ServerKind.None)
                {
                    yield return bound;
                }
            }
        }
    }

    private static Dictionary<int, int> TargetPorts(ProxyScope scope, ProxyNode node)
    {
        Dictionary<int, int> targets = [];
        foreach (MeshService service in scope.ServicesIn(node.Namespace).Where(each => each.Selects(node.Labels)))
        {
            foreach (ServicePort port in service.Ports)
            {
                if (InboundPorts.TargetOf(port, node.PodPorts) is { } target)
                {
                    targets.TryAdd(port.Number, target);
                }
            }
        }

        return targets;
    }
}
