namespace Lateen.Control.Translation.Listeners;

using Lateen.Api.Resources.Networking;
using Lateen.Control.Registry;

/// <summary>A port of the own workload, and the service that names it.</summary>
internal sealed record InboundPort(
    int Number, ServiceProtocol Protocol, string Host, string ServiceName, string Namespace, int ServicePort)
{
    /// <summary>Where a Sidecar sends the calls; null for where they were made to.</summary>
    public InboundEndpoint? Endpoint { get; init; }

    /// <summary>A Sidecar's limits on connections to the application.</summary>
    public ConnectionPoolSettings? Pool { get; init; }
}
