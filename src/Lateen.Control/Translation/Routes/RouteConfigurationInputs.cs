namespace Lateen.Control.Translation.Routes;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Translation.Clusters;

/// <summary>Everything a route configuration depends on. It is the cache key, so nothing else may be read.</summary>
internal sealed record RouteConfigurationInputs(
    string Name, ValueList<VirtualHostInputs> Hosts, CatchAll CatchAll, HttpRetry? DefaultRetries)
{
    /// <summary>With <see cref="CatchAll.AllowAny"/>, the cluster that takes what nobody has routes for.</summary>
    public string RestCluster { get; init; } = FixedClusters.Passthrough;
}
