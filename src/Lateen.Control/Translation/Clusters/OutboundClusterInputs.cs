namespace Lateen.Control.Translation.Clusters;

using Lateen.Control.Registry;

/// <summary>Everything an outbound cluster depends on. It is the cache key, so nothing else may be read.</summary>
internal sealed record OutboundClusterInputs(
    string Host,
    string ServiceName,
    string Namespace,
    ServicePort Port,
    string Subset,
    Resolution Resolution,
    string ExternalName,
    ClusterPolicy Policy,
    string ConfigPath,
    TimeSpan ConnectTimeout);
