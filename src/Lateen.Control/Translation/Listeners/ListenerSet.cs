namespace Lateen.Control.Translation.Listeners;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Ads;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation.Routes;

/// <summary>Gathers the inputs of all listeners of a proxy.</summary>
internal static class ListenerSet
{
    public static IEnumerable<EncodedResource> Of(MeshSnapshot snapshot, ProxyNode node, TranslationCache cache) =>
        node.Type is ProxyType.Router ? Gateway(snapshot, node, cache) : Sidecar(snapshot, node, cache);

    private static IEnumerable<EncodedResource> Sidecar(MeshSnapshot snapshot, ProxyNode node, TranslationCache cache)
    {
        AccessLogSettings log = AccessLogSettings.From(snapshot.Mesh);
        bool allowAny = snapshot.Mesh.AllowAnyOutbound;
        yield return cache.Get(
            new VirtualOutboundInputs(allowAny, log), VirtualOutbound.Name, VirtualOutbound.Translate);
        yield return cache.Get(
            new VirtualInboundInputs(InboundPorts.Gather(snapshot, node), log), VirtualInbound.Name, VirtualInbound.Translate);
        foreach (int port in snapshot.Services.HttpPorts)
        {
            yield return cache.Get(
                new OutboundHttpListenerInputs(port, allowAny, log),
                Name(Sockets.AnyAddress, port),
                OutboundHttpListener.Translate);
        }

        foreach (MeshService service in snapshot.Services.All)
        {
            foreach (ServicePort port in service.Ports.Where(each => !each.Protocol.IsHttp()))
            {
                foreach (OutboundTcpListenerInputs inputs in GatherTcp(service, port, snapshot, node, log))
                {
                    yield return cache.Get(inputs, Name(inputs.Address, inputs.Port), OutboundTcpListener.Translate);
                }
            }
        }
    }

    private static IEnumerable<OutboundTcpListenerInputs> GatherTcp(
        MeshService service, ServicePort port, MeshSnapshot snapshot, ProxyNode node, AccessLogSettings log)
    {
        if (port.Protocol is ServiceProtocol.Udp || service.Resolution is not Resolution.Registry)
        {
            yield break;
        }

        RuleScope scope = new(node, VirtualServiceIndex.MeshGateway, port.Number);
        ConfigObject<VirtualServiceSpec>? owner = snapshot.VirtualServices.OwnerInMesh(new HostName(service.Host));
        ValueList<WeightedTarget> targets = owner is not null && scope.TcpDestinations(owner) is { } destinations
            ? Targets(destinations, owner.Key, port.Number, snapshot)
            : [new WeightedTarget(ClusterName.Outbound(port.Number, service.Host).ToString(), 1)];
        string routes = port.Protocol is ServiceProtocol.Auto
            ? service.Host + ":" + port.Number.ToString(CultureInfo.InvariantCulture)
            : "";
        foreach (string address in service.Addresses)
        {
            yield return new OutboundTcpListenerInputs(address, port.Number, targets, routes, log);
        }
    }

    private static IEnumerable<EncodedResource> Gateway(MeshSnapshot snapshot, ProxyNode node, TranslationCache cache)
    {
        AccessLogSettings log = AccessLogSettings.From(snapshot.Mesh);
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (BoundServer server in GatewayServers.Of(snapshot, node))
        {
            string name = Name(server.Bind, server.Port);
            if (GatherServer(server, snapshot, node, log) is { } inputs && taken.Add(name))
            {
                yield return cache.Get(inputs, name, GatewayListener.Translate);
            }
        }
    }

    private static GatewayListenerInputs? GatherServer(
        BoundServer server, MeshSnapshot snapshot, ProxyNode node, AccessLogSettings log)
    {
        if (server.IsHttp)
        {
            return new GatewayListenerInputs(server.Bind, server.Port, GatewayRoutes.NameOf(server.Port), [], log);
        }

        if (!server.IsTcp)
        {
            return null;
        }

        string gateway = GatewayIndex.NameOf(server.Gateway);
        RuleScope scope = new(node, gateway, server.Number);
        foreach (ConfigObject<VirtualServiceSpec> owner in snapshot.VirtualServices.AtGateway(gateway))
        {
            if (scope.TcpDestinations(owner) is { } destinations)
            {
                ValueList<WeightedTarget> targets = Targets(destinations, owner.Key, server.Number, snapshot);
                return new GatewayListenerInputs(server.Bind, server.Port, "", targets, log);
            }
        }

        // Without a route there is nowhere to go, so the port stays closed (Istio builds no listener either).
        return null;
    }

    private static ValueList<WeightedTarget> Targets(
        ValueList<RouteDestination> destinations, ResourceKey owner, int port, MeshSnapshot snapshot)
    {
        if (destinations.Count == 1)
        {
            return [new WeightedTarget(Destinations.Cluster(destinations[0].Destination, owner, port, snapshot), 1)];
        }

        return destinations
            .Where(each => each.Weight > 0)
            .Select(each => new WeightedTarget(Destinations.Cluster(each.Destination, owner, port, snapshot), each.Weight))
            .ToValueList();
    }

    private static string Name(string address, int port) => address + "_" + port.ToString(CultureInfo.InvariantCulture);
}
