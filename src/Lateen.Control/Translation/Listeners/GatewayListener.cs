namespace Lateen.Control.Translation.Listeners;

using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;

/// <summary>One port of a gateway.</summary>
internal static class GatewayListener
{
    public static Listener Translate(GatewayListenerInputs inputs)
    {
        string name = Sockets.Name(inputs.Bind, inputs.Port);
        Listener listener = new()
        {
            Name = name,
            Address = Sockets.Address(inputs.Bind, inputs.Port),
            TrafficDirection = TrafficDirection.Outbound,
        };

        if (inputs.Routes.Length > 0)
        {
            FilterChain http = new();
            http.Filters.Add(ConnectionManager.WithRoutesFromAds(
                HttpRole.Gateway, "outbound_" + name, inputs.Routes, inputs.AccessLog, inputs.ForwardsByName, inputs.GrpcWeb));
            listener.FilterChains.Add(http);
            return listener;
        }

        if (inputs.Chains.Any(static chain => chain.ServerNames.Count > 0))
        {
            ListenerFilters.InspectTls(listener);
        }

        listener.FilterChains.AddRange(inputs.Chains.Select(chain => TcpChain.To(chain, inputs.AccessLog)));
        return listener;
    }
}
