namespace Lateen.Control.Translation.Listeners;

using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Lateen.Control.Translation.Clusters;

/// <summary>
/// The listener every outgoing call is redirected to. It hands a connection to the listener of its original destination;
/// what no listener wants passes through, or is refused when only registered services may be called.
/// </summary>
internal static class VirtualOutbound
{
    public const string Name = "virtualOutbound";

    public static Listener Translate(VirtualOutboundInputs inputs)
    {
        Listener listener = new()
        {
            Name = Name,
            Address = Sockets.Address(Sockets.AnyAddress, Sockets.OutboundPort),
            UseOriginalDst = true,
            TrafficDirection = TrafficDirection.Outbound,
        };

        // A call to the port itself would be redirected to itself for ever.
        FilterChain loop = TcpChain.To("virtualOutbound-blackhole", FixedClusters.BlackHole, inputs.AccessLog);
        loop.FilterChainMatch = new FilterChainMatch { DestinationPort = Sockets.OutboundPort };
        listener.FilterChains.Add(loop);
        listener.FilterChains.Add(TcpChain.To("virtualOutbound-catchall-tcp", inputs.Rest, inputs.AccessLog));
        return listener;
    }
}
