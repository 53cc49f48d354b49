namespace Lateen.Control.Translation.Clusters;

using Lateen.Api.Resources.Networking;

/// <summary>A destination rule's policy for one port and subset, resolved; blocks that are null are not set.</summary>
public sealed record ClusterPolicy
{
    public static readonly ClusterPolicy None = new();

    public LoadBalancerSettings? LoadBalancer { get; init; }

    public ConnectionPoolSettings? ConnectionPool { get; init; }

    public OutlierDetection? OutlierDetection { get; init; }

    public RetryBudget? RetryBudget { get; init; }

    public TunnelSettings? Tunnel { get; init; }

    public ProxyProtocolSettings? ProxyProtocol { get; init; }

    /// <summary>Calls by HTTP/1.1 go on by HTTP/2.</summary>
    public bool UpgradesToHttp2 { get; init; }

    /// <summary>Whether calls keep the address they were made to.</summary>
    public bool IsPassthrough => LoadBalancer?.Simple is SimpleLoadBalancer.Passthrough;
}
