namespace Lateen.Control.Translation.Clusters;

using Lateen.Api.Resources.Networking;
using Lateen.Control.Registry;
using Lateen.Control.Translation.Listeners;

/// <summary>Everything the cluster from a sidecar to its own workload depends on.</summary>
internal sealed record InboundClusterInputs(
    int Port, ServiceProtocol Protocol, string Host, string ServiceName, string Namespace, TimeSpan ConnectTimeout)
{
    /// <summary>Where a Sidecar sends the calls; null for where they were made to.</summary>
    public InboundEndpoint? Endpoint { get; init; }

    /// <summary>A Sidecar's limits on connections to the application.</summary>
    public ConnectionPoolSettings? Pool { get; init; }
}
