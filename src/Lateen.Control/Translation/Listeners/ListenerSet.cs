namespace Lateen.Control.Translation.Listeners;

using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>All listeners of a proxy.</summary>
internal static class ListenerSet
{
    public static IEnumerable<EncodedResource> Of(ProxyScope scope, ProxyNode node, TranslationCache cache) =>
        node.Type is ProxyType.Router ? Gateway(scope, node, cache) : Sidecar(scope, node, cache);

    private static IEnumerable<EncodedResource> Sidecar(ProxyScope scope, ProxyNode node, TranslationCache cache)
    {
        AccessLogSettings log = AccessLogSettings.From(scope.Mesh);
        string rest = OutboundRest.ClusterOf(scope);
        yield return cache.Get(new VirtualOutboundInputs(rest, log), VirtualOutbound.Name, VirtualOutbound.Translate);
        SidecarInbound inbound = SidecarInbound.Gather(scope, node);
        yield return cache.Get(
            new VirtualInboundInputs(inbound.Redirected, log), VirtualInbound.Name, VirtualInbound.Translate);
        foreach ((string address, InboundPort port) in inbound.Opened)
        {
            yield return cache.Get(
                new InboundListenerInputs(address, port, log), Sockets.Name(address, port.Number), InboundListener.Translate);
        }

        foreach (OutboundListenerInputs inputs in OutboundListeners.Gather(scope, node, rest, log))
        {
            yield return cache.Get(inputs, Sockets.Name(inputs.Address, inputs.Port), OutboundListener.Translate);
        }
    }

    private static IEnumerable<EncodedResource> Gateway(ProxyScope scope, ProxyNode node, TranslationCache cache)
    {
        foreach (GatewayListenerInputs inputs in GatewayListeners.Gather(scope, node, AccessLogSettings.From(scope.Mesh)))
        {
            yield return cache.Get(inputs, Sockets.Name(inputs.Bind, inputs.Port), GatewayListener.Translate);
        }
    }
}
