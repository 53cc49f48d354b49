namespace Lateen.Control.Translation.Listeners;

/// <summary>Everything the listener for HTTP calls to one port, whatever the address, depends on.</summary>
internal sealed record OutboundHttpListenerInputs(int Port, bool AllowAny, AccessLogSettings AccessLog);
