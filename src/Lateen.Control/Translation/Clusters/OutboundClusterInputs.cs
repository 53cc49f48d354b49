namespace Lateen.Control.Translation.Clusters;

using Lateen.Control.Registry;
using Lateen.Control.Translation.Endpoints;

/// <summary>Everything an outbound cluster depends on. It is the cache key, so nothing else may be read.</summary>
internal sealed record OutboundClusterInputs(
    string Host,
    string ServiceName,
    string Namespace,
    ServicePort Port,
    string Subset,
    Resolution Resolution,
    bool MeshExternal,
    LoadAssignmentInputs? Inline,
    bool WeighsLocalities,
    ClusterPolicy Policy,
    string ConfigPath,
    TimeSpan ConnectTimeout);
