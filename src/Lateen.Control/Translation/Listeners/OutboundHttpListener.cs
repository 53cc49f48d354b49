namespace Lateen.Control.Translation.Listeners;

using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Lateen.Control.Translation.Clusters;

/// <summary>HTTP to any address on a port that some service names as HTTP; the Host header chooses the service.</summary>
internal static class OutboundHttpListener
{
    public static Listener Translate(OutboundHttpListenerInputs inputs)
    {
        string name = Sockets.AnyAddress + "_" + inputs.Port.ToString(CultureInfo.InvariantCulture);
        Listener listener = new()
        {
            Name = name,
            Address = Sockets.Address(Sockets.AnyAddress, inputs.Port),
            BindToPort = false,
            TrafficDirection = TrafficDirection.Outbound,
        };
        ListenerFilters.InspectHttp(listener);

        FilterChain http = new() { FilterChainMatch = new FilterChainMatch() };
        http.FilterChainMatch.ApplicationProtocols.AddRange(ListenerFilters.PlainHttp);
        http.Filters.Add(ConnectionManager.WithRoutesFromAds(
            HttpRole.SidecarOutbound,
            "outbound_" + name + ";",
            inputs.Port.ToString(CultureInfo.InvariantCulture),
            inputs.AccessLog));
        listener.FilterChains.Add(http);

        // The port is shared by the whole address space: what is not HTTP is somebody else's traffic.
        string rest = inputs.AllowAny ? FixedClusters.Passthrough : FixedClusters.BlackHole;
        listener.DefaultFilterChain = TcpChain.To("PassthroughFilterChain", rest, inputs.AccessLog);
        return listener;
    }
}
