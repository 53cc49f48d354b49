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

    /// <summary>"None" without an admin interface.</summary>
    public SocketAddress AdminAddress { get; init; }

    /// <summary>Where the control plane is; null with static configuration only.</summary>
    public Uri? XdsTarget { get; init; }
}
