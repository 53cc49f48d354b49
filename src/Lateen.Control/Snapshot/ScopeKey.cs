namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Control.Config;

/// <summary>All that decides what a proxy may see; proxies with equal keys share a scope.</summary>
/// <param name="Namespace">Of the proxy.</param>
/// <param name="Sidecar">The Sidecar in force, or null.</param>
/// <param name="Policies">Destination rules of the namespace that select the workload by its labels.</param>
internal sealed record ScopeKey(string Namespace, ResourceKey? Sidecar, ValueList<ResourceKey> Policies);
