namespace Lateen.Control.GatewayApi;

/// <summary>A listener with the hosts at which a route applies there.</summary>
internal sealed record AttachedListener(ListenerState Listener, IReadOnlyList<string> Hosts);
