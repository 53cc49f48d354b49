namespace Lateen.Control.Translation.Listeners;

/// <summary>Everything the catch-all outbound listener depends on; Rest is the cluster that it sends them to.</summary>
internal sealed record VirtualOutboundInputs(string Rest, AccessLogSettings AccessLog);
