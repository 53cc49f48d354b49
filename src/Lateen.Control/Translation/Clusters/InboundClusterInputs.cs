namespace Lateen.Control.Translation.Clusters;

using Lateen.Control.Registry;

/// <summary>Everything the cluster from a sidecar to its own workload depends on.</summary>
internal sealed record InboundClusterInputs(
    int Port, ServiceProtocol Protocol, string Host, string ServiceName, string Namespace, TimeSpan ConnectTimeout);
