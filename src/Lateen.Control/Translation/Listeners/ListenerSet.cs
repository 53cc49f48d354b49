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
    public static IEnumerable<EncodedResource> Of(ProxyScope scope, ProxyNode node, TranslationCache cache) =>
        node.Type is ProxyType.Router ? Gateway(scope, node, cache) : Sidecar(scope, node, cache);

    private static IEnumerable<EncodedResource> Sidecar(ProxyScope scope, ProxyNode node, TranslationCache cache)
    {
        AccessLogSettings log = AccessLogSettings.From(scope.Mesh);
        bool allowAny = scope.AllowAnyOutbound;
        yield return cache.Get(
            new VirtualOutboundInputs(allowAny, log), VirtualOutbound.Name, VirtualOutbound.Translate);
        yield return cache.Get(
            new VirtualInboundInputs(InboundPorts.Gather(scope, node), log), VirtualInbound.Name, VirtualInbound.Translate);
        foreach (int port in scope.Services.HttpPorts)
        {
            yield return cache.Get(
                new OutboundHttpListenerInputs(port, allowAny, log),
                Name(Sockets.AnyAddress, port),
                OutboundHttpListener.Translate);
        }

        foreach (MeshService service in scope.Services.All)
        {
            foreach (ServicePort port in service.Ports.Where(each => !each.Protocol.IsHttp()))
            {
                foreach (OutboundTcpListenerInputs inputs in GatherTcp(service, port, scope, node, log))
                {
                    yield return cache.Get(inputs, Name(inputs.Address, inputs.Port), OutboundTcpListener.Translate);
                }
            }
        }
    }

    private static IEnumerable<OutboundTcpListenerInputs> GatherTcp(
        MeshService service, ServicePort port, ProxyScope scope, ProxyNode node, AccessLogSettings log)
    {
        if (port.Protocol is ServiceProtocol.Udp || service.Resolution is not Resolution.Registry)
        {
            yield break;
        }

        RuleScope here = new(node, VirtualServiceIndex.MeshGateway, port.Number);
        ConfigObject<VirtualServiceSpec>? owner = scope.OwnerInMesh(new HostName(service.Host));
        ValueList<WeightedTarget> targets = owner is not null && here.TcpDestinations(owner) is { } destinations
            ? Targets(destinations, owner.Key, port.Number, scope)
            : [new WeightedTarget(ClusterName.Outbound(port.Number, service.Host).ToString(), 1)];
        string routes = port.Protocol is ServiceProtocol.Auto
            ? service.Host + ":" + port.Number.ToString(CultureInfo.InvariantCulture)
            : "";
        foreach (string address in service.Addresses)
        {
            yield return new OutboundTcpListenerInputs(address, port.Number, targets, routes, log);
        }
    }

    private static IEnumerable<EncodedResource> Gateway(ProxyScope scope, ProxyNode node, TranslationCache cache)
    {
        AccessLogSettings log = AccessLogSettings.From(scope.Mesh);
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (BoundServer server in GatewayServers.Of(scope, node))
        {
            string name = Name(server.Bind, server.Port);
            if (GatherServer(server, scope, node, log) is { } inputs && taken.Add(name))
            {
                yield return cache.Get(inputs, name, GatewayListener.Translate);
            }
        }
    }

    private static GatewayListenerInputs? GatherServer(
        BoundServer server, ProxyScope scope, ProxyNode node, AccessLogSettings log)
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
        RuleScope here = new(node, gateway, server.Number);
        foreach (ConfigObject<VirtualServiceSpec> owner in scope.VirtualServicesAt(gateway))
        {
            if (here.TcpDestinations(owner) is { } destinations)
            {
                ValueList<WeightedTarget> targets = Targets(destinations, owner.Key, server.Number, scope);
                return new GatewayListenerInputs(server.Bind, server.Port, "", targets, log);
            }
        }

        // Without a route there is nowhere to go, so the port stays closed (Istio builds no listener either).
        return null;
    }

    private static ValueList<WeightedTarget> Targets(
        ValueList<RouteDestination> destinations, ResourceKey owner, int port, ProxyScope scope)
    {
        if (destinations.Count == 1)
        {
            return [new WeightedTarget(Destinations.Cluster(destinations[0].Destination, owner, port, scope), 1)];
        }

        return destinations
            .Where(each => each.Weight > 0)
            .Select(each => new WeightedTarget(Destinations.Cluster(each.Destination, owner, port, scope), each.Weight))
            .ToValueList();
    }

    private static string Name(string address, int port) => address + "_" + port.ToString(CultureInfo.InvariantCulture);
}
