namespace Lateen.Control.Translation.Listeners;

/// <summary>Everything the catch-all outbound listener depends on.</summary>
internal sealed record VirtualOutboundInputs(bool AllowAny, AccessLogSettings AccessLog);
