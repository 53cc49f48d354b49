namespace Lateen.Proxy.Config;

using Lateen.Proxy.Http;

/// <summary>Carries a connection's bytes to one host of a cluster.</summary>
public sealed record TcpProxyConfig : TerminalFilterConfig
{
    public required string StatPrefix { get; init; }

    /// <summary>The listener's; filters report for the callee on inbound ones.</summary>
    public TrafficDirection Direction { get; init; }

    /// <summary>One or more; weights are relative.</summary>
    public required IReadOnlyList<WeightedCluster> Clusters { get; init; }

    /// <summary>Zero means never; Envoy's default is one hour.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Zero means as long as the peers like.</summary>
    public TimeSpan MaxDuration { get; init; }

    /// <summary>Pick the host by the client's address.</summary>
    public bool HashSourceAddress { get; init; }

    public TunnelConfig? Tunnel { get; init; }

    public int MaxConnectAttempts { get; init; } = 1;

    public IReadOnlyList<AccessLogger> AccessLoggers { get; init; } = [];
}
