namespace Lateen.Control.Translation.Clusters;

using Lateen.Api.Resources.Networking;

/// <summary>A destination rule's policy for one port and subset, resolved; null fields are not set.</summary>
public sealed record ClusterPolicy
{
    public static readonly ClusterPolicy None = new();

    public SimpleLoadBalancer LoadBalancer { get; init; }

    public int? MaxConnections { get; init; }

    public TimeSpan? ConnectTimeout { get; init; }

    public int? MaxPendingRequests { get; init; }

    public int? MaxRequests { get; init; }

    public int? MaxRequestsPerConnection { get; init; }

    public int? MaxRetries { get; init; }

    public TimeSpan? IdleTimeout { get; init; }
}
