namespace Lateen.Control.Translation;

using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>A gateway server as one gateway proxy serves it.</summary>
/// <param name="Gateway">The object.</param>
/// <param name="Server">Its server.</param>
/// <param name="Port">
/// The port the pod listens on: where the server's port is a port of the proxy's own Service, its target port (80 becomes 8080).
/// </param>
internal sealed record BoundServer(ConfigObject<GatewaySpec> Gateway, GatewayServer Server, int Port)
{
    public bool IsHttp => Server.Port?.Protocol.ToUpperInvariant() is "HTTP" or "HTTP2" or "GRPC" or "GRPC-WEB";

    public bool IsTcp => Server.Port?.Protocol.ToUpperInvariant() is "TCP" or "MONGO";

    public int Number => Server.Port?.Number ?? 0;

    public string Bind => Server.Bind.Length > 0 ? Server.Bind : Sockets.AnyAddress;
}

/// <summary>Finds the servers that a gateway proxy serves.</summary>
internal static class GatewayServers
{
    public static IEnumerable<BoundServer> Of(ProxyScope scope, ProxyNode node)
    {
        Dictionary<int, int> targets = TargetPorts(scope, node);
        foreach (ConfigObject<GatewaySpec> gateway in scope.Gateways.Selecting(node.Labels))
        {
            foreach (GatewayServer server in gateway.Spec.Servers)
            {
                int number = server.Port?.Number ?? 0;
                if (number > 0)
                {
                    yield return new BoundServer(gateway, server, targets.GetValueOrDefault(number, number));
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
