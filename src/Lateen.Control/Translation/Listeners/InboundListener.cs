namespace Lateen.Control.Translation.Listeners;

using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Lateen.Control.Registry;

/// <summary>A port that a sidecar opens itself because calls to it are not redirected.</summary>
internal static class InboundListener
{
    public static Listener Translate(InboundListenerInputs inputs)
    {
        Listener listener = new()
        {
            Name = Sockets.Name(inputs.Address, inputs.Port.Number),
            Address = Sockets.Address(inputs.Address, inputs.Port.Number),
            TrafficDirection = TrafficDirection.Inbound,
        };
        if (inputs.Port.Protocol is ServiceProtocol.Auto)
        {
            ListenerFilters.InspectHttp(listener);
        }

        foreach (FilterChain chain in VirtualInbound.Chains(inputs.Port, inputs.AccessLog))
        {
            // The listener is for this port alone.
            chain.FilterChainMatch.DestinationPort = null;
            listener.FilterChains.Add(chain);
        }

        return listener;
    }
}
