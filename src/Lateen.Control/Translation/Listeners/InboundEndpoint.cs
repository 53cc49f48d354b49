namespace Lateen.Control.Translation.Listeners;

/// <summary>Where a Sidecar sends the calls of an ingress listener, when not to the port they were made to.</summary>
internal sealed record InboundEndpoint(string Address, int Port);
