namespace Lateen.Control.Translation.Routes;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;

/// <summary>Everything a route configuration depends on. It is the cache key, so nothing else may be read.</summary>
internal sealed record RouteConfigurationInputs(
    string Name, ValueList<VirtualHostInputs> Hosts, CatchAll CatchAll, HttpRetry? DefaultRetries);
