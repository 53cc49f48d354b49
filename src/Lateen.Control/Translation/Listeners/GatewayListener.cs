namespace Lateen.Control.Translation.Listeners;

using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;

/// <summary>One port of a gateway.</summary>
internal static class GatewayListener
{
    public static Listener Translate(GatewayListenerInputs inputs)
    {
        string name = inputs.Bind + "_" + inputs.Port.ToString(CultureInfo.InvariantCulture);
        Listener listener = new()
        {
            Name = name,
            Address = Sockets.Address(inputs.Bind, inputs.Port),
            TrafficDirection = TrafficDirection.Outbound,
        };

        if (inputs.Routes.Length == 0)
        {
            listener.FilterChains.Add(TcpChain.To("", inputs.Targets, inputs.AccessLog));
            return listener;
        }

        FilterChain http = new();
        http.Filters.Add(ConnectionManager.WithRoutesFromAds(
            HttpRole.Gateway, "outbound_" + name, inputs.Routes, inputs.AccessLog));
        listener.FilterChains.Add(http);
        return listener;
    }
}
