namespace Lateen.Control.Translation.Listeners;

using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Lateen.Api.Names;
using Lateen.Control.Registry;
using Lateen.Control.Translation.Clusters;
using Lateen.Control.Translation.Routes;

/// <summary>
/// The listener every incoming call is redirected to: one filter chain per port that a service names, and the rest.
/// </summary>
internal static class VirtualInbound
{
    public const string Name = "virtualInbound";

    public static Listener Translate(VirtualInboundInputs inputs)
    {
        Listener listener = new()
        {
            Name = Name,
            Address = Sockets.Address(Sockets.AnyAddress, Sockets.InboundPort),
            TrafficDirection = TrafficDirection.Inbound,
        };
        listener.ListenerFilters.Add(ListenerFilters.OriginalDestination());
        ListenerFilters.InspectHttp(listener);

        // A call to the port itself would be redirected to itself for ever.
        FilterChain loop = TcpChain.To("virtualInbound-blackhole", FixedClusters.BlackHole, inputs.AccessLog);
        loop.FilterChainMatch = new FilterChainMatch { DestinationPort = Sockets.InboundPort };
        listener.FilterChains.Add(loop);
        foreach (InboundPort port in inputs.Ports)
        {
            listener.FilterChains.AddRange(Chains(port, inputs.AccessLog));
        }

        listener.FilterChains.Add(PassthroughHttp(inputs.AccessLog));
        listener.FilterChains.Add(TcpChain.To("virtualInbound", FixedClusters.InboundPassthrough, inputs.AccessLog));
        DoNotInspect(listener, inputs);
        return listener;
    }

    public static IEnumerable<FilterChain> Chains(InboundPort port, AccessLogSettings accessLog)
    {
        string name = Sockets.AnyAddress + "_" + port.Number.ToString(CultureInfo.InvariantCulture);
        string cluster = ClusterName.Inbound(port.Number).ToString();
        if (!port.Protocol.IsTcp())
        {
            FilterChain http = new()
            {
                Name = name,
                FilterChainMatch = new FilterChainMatch { DestinationPort = (uint)port.Number },
            };
            if (port.Protocol is ServiceProtocol.Auto)
            {
                http.FilterChainMatch.ApplicationProtocols.AddRange(ListenerFilters.PlainHttp);
            }

            string operation = port.Host + ":" + port.ServicePort.ToString(CultureInfo.InvariantCulture) + "/*";
            // gRPC clients have their own transparent retries (Istio leaves these ports out too).
            bool retry = port.Protocol is not (ServiceProtocol.Grpc or ServiceProtocol.GrpcWeb);
            RouteConfiguration routes = InboundRoute.Translate(cluster, port.Number, operation, retry);
            http.Filters.Add(ConnectionManager.WithRoutes(
                HttpRole.SidecarInbound, "inbound_" + name, routes, accessLog, grpcWeb: port.Protocol is ServiceProtocol.GrpcWeb));
            yield return http;
        }

        if (!port.Protocol.IsHttp())
        {
            FilterChain tcp = TcpChain.To(name, cluster, accessLog);
            tcp.FilterChainMatch = new FilterChainMatch { DestinationPort = (uint)port.Number };
            yield return tcp;
        }
    }

    private static FilterChain PassthroughHttp(AccessLogSettings accessLog)
    {
        FilterChain chain = new() { Name = "virtualInbound-catchall-http", FilterChainMatch = new FilterChainMatch() };
        chain.FilterChainMatch.ApplicationProtocols.AddRange(ListenerFilters.PlainHttp);
        chain.Filters.Add(ConnectionManager.WithRoutes(
            HttpRole.SidecarInbound,
            FixedClusters.InboundPassthrough,
            InboundRoute.Translate(FixedClusters.InboundPassthrough, 0, FixedClusters.InboundPassthrough, false),
            accessLog));
        return chain;
    }

    // On a port whose protocol is known there is nothing to find out, and a server that speaks first must not be held up.
    private static void DoNotInspect(Listener listener, VirtualInboundInputs inputs)
    {
        List<ListenerFilterChainMatchPredicate> known = [.. inputs.Ports
            .Where(port => port.Protocol is not ServiceProtocol.Auto)
            .Select(port => new ListenerFilterChainMatchPredicate
            {
                DestinationPortRange = new Envoy.Type.V3.Int32Range { Start = port.Number, End = port.Number + 1 },
            })];
        if (known.Count == 0)
        {
            return;
        }

        ListenerFilter inspector = listener.ListenerFilters[^1];
        if (known.Count == 1)
        {
            inspector.FilterDisabled = known[0];
            return;
        }

        ListenerFilterChainMatchPredicate.Types.MatchSet any = new();
        any.Rules.AddRange(known);
        inspector.FilterDisabled = new ListenerFilterChainMatchPredicate { OrMatch = any };
    }
}
