namespace Lateen.Proxy.Bootstrap;

using Lateen.Engine.Transport;
using Lateen.Proxy.Config;

/// <summary>What a proxy process starts with.</summary>
public sealed record ProxySetup
{
    /// <summary>As given or generated, for /config_dump.</summary>
    public required Envoy.Config.Bootstrap.V3.Bootstrap Bootstrap { get; init; }

    public IReadOnlyList<ClusterConfig> Clusters { get; init; } = [];

    public IReadOnlyList<ListenerConfig> Listeners { get; init; } = [];

    public IReadOnlyList<SecretConfig> Secrets { get; init; } = [];

    /// <summary>"None" without an admin interface.</summary>
    public SocketAddress AdminAddress { get; init; }

    /// <summary>Where the control plane is; null with static configuration only.</summary>
    public Uri? XdsTarget { get; init; }

    /// <summary>False when the control plane speaks the state of the world (api_type GRPC).</summary>
    public bool XdsIsDelta { get; init; } = true;

    /// <summary>Whether clusters (cds_config) and listeners (lds_config) come from the control plane.</summary>
    public bool HasDynamicClusters { get; init; }

    public bool HasDynamicListeners { get; init; }

    /// <summary>The files that clusters and listeners come from (path_config_source); empty without one.</summary>
    public string ClustersFile { get; init; } = "";

    public string ListenersFile { get; init; } = "";

    /// <summary>Open connections by listener (runtime key envoy.resource_limits.listener.NAME.connection_limit).</summary>
    public IReadOnlyDictionary<string, int> ListenerConnectionLimits { get; init; } = new Dictionary<string, int>();

    /// <summary>Which statistics are shown, by Envoy's name; null shows all.</summary>
    public Predicate<string>? ShowsStat { get; init; }

    /// <summary>Where this proxy runs (node.locality).</summary>
    public HostLocality Locality { get; init; } = HostLocality.None;

    /// <summary>The cluster of this proxy and its like, for zone-aware routing; empty when there is none.</summary>
    public string LocalClusterName { get; init; } = "";

    /// <summary>When load is shed, and how.</summary>
    public OverloadConfig Overload { get; init; } = OverloadConfig.Default;
}
