namespace Lateen.Control.Translation.Listeners;

using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;

/// <summary>
/// Outgoing calls to one address and port. HTTP is told by its first bytes and goes by its Host header; TLS goes by server name,
/// other connections by destination; what is left goes to the service without conditions, else to whom it was meant for.
/// </summary>
internal static class OutboundListener
{
    public static Listener Translate(OutboundListenerInputs inputs)
    {
        string name = Sockets.Name(inputs.Address, inputs.Port);
        Listener listener = new()
        {
            Name = name,
            Address = Sockets.Address(inputs.Address, inputs.Port),
            BindToPort = inputs.Opened ? null : false,
            TrafficDirection = TrafficDirection.Outbound,
        };

        bool http = inputs.HttpRoutes.Length > 0;
        if (inputs.Chains.Any(static chain => chain.ServerNames.Count > 0))
        {
            ListenerFilters.InspectTls(listener);
        }

        if (http)
        {
            ListenerFilters.InspectHttp(listener);
            listener.FilterChains.Add(Http(inputs, name));
        }

        foreach (StreamChain chain in inputs.Chains)
        {
            FilterChain translated = TcpChain.To(chain, inputs.AccessLog);
            if (http && chain.TakesEverything)
            {
                listener.DefaultFilterChain = translated;
            }
            else
            {
                listener.FilterChains.Add(translated);
            }
        }

        if (inputs.Rest.Length > 0 && !inputs.Chains.Any(static chain => chain.TakesEverything))
        {
            listener.DefaultFilterChain = TcpChain.To("PassthroughFilterChain", inputs.Rest, inputs.AccessLog);
        }

        return listener;
    }

    private static FilterChain Http(OutboundListenerInputs inputs, string name)
    {
        FilterChain http = new() { FilterChainMatch = new FilterChainMatch() };
        http.FilterChainMatch.ApplicationProtocols.AddRange(ListenerFilters.PlainHttp);
        http.Filters.Add(ConnectionManager.WithRoutesFromAds(
            HttpRole.SidecarOutbound, "outbound_" + name + ";", inputs.HttpRoutes, inputs.AccessLog, inputs.ForwardsByName,
            inputs.GrpcWeb));
        return http;
    }
}
