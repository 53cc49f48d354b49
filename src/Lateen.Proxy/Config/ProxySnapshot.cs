namespace Lateen.Proxy.Config;

using System.Collections.Frozen;

/// <summary>
/// Everything a proxy was told, consistent and immutable. Published by one reference swap. An object that did not change must be
/// the same object as in the snapshot before: the data path compares references to find out what to rebuild and drain.
/// </summary>
public sealed record ProxySnapshot
{
    public static ProxySnapshot Empty { get; } = new();

    public IReadOnlyList<ListenerConfig> Listeners { get; init; } = [];

    public FrozenDictionary<string, ClusterConfig> Clusters { get; init; } = FrozenDictionary<string, ClusterConfig>.Empty;

    /// <summary>Endpoints by EDS service name (the cluster's name when it sets none).</summary>
    public FrozenDictionary<string, EndpointsConfig> Endpoints { get; init; } = FrozenDictionary<string, EndpointsConfig>.Empty;

    public FrozenDictionary<string, RouteTable> RouteTables { get; init; } = FrozenDictionary<string, RouteTable>.Empty;

    /// <summary>Secrets by name, from the bootstrap, from the control plane and from this process itself.</summary>
    public FrozenDictionary<string, SecretConfig> Secrets { get; init; } = FrozenDictionary<string, SecretConfig>.Empty;
}
