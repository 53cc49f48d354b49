namespace Lateen.Control.Translation.Listeners;

using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;

/// <summary>Bytes, or HTTP where the port does not say which, to one service address.</summary>
internal static class OutboundTcpListener
{
    public static Listener Translate(OutboundTcpListenerInputs inputs)
    {
        string name = inputs.Address + "_" + inputs.Port.ToString(CultureInfo.InvariantCulture);
        Listener listener = new()
        {
            Name = name,
            Address = Sockets.Address(inputs.Address, inputs.Port),
            BindToPort = false,
            TrafficDirection = TrafficDirection.Outbound,
        };

        FilterChain tcp = TcpChain.To("", inputs.Targets, inputs.AccessLog);
        if (inputs.HttpRoutes.Length == 0)
        {
            listener.FilterChains.Add(tcp);
            return listener;
        }

        ListenerFilters.InspectHttp(listener);
        FilterChain http = new() { FilterChainMatch = new FilterChainMatch() };
        http.FilterChainMatch.ApplicationProtocols.AddRange(ListenerFilters.PlainHttp);
        http.Filters.Add(ConnectionManager.WithRoutesFromAds(
            HttpRole.SidecarOutbound, "outbound_" + name + ";", inputs.HttpRoutes, inputs.AccessLog));
        listener.FilterChains.Add(http);
        listener.DefaultFilterChain = tcp;
        return listener;
    }
}
