namespace Lateen.Control.Translation.Listeners;

using Lateen.Api.Names;

/// <summary>Everything the inbound listener of a sidecar depends on.</summary>
internal sealed record VirtualInboundInputs(ValueList<InboundPort> Ports, AccessLogSettings AccessLog);
