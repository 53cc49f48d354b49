namespace Lateen.Control.Translation.Listeners;

/// <summary>Everything the listener of a port that a sidecar opens itself depends on.</summary>
internal sealed record InboundListenerInputs(string Address, InboundPort Port, AccessLogSettings AccessLog);
