namespace Lateen.Control.Translation.Clusters;

using Envoy.Config.Cluster.V3;

/// <summary>Circuit breakers: Istio's default is no limit, where Envoy's own would be 1024.</summary>
internal static class Breakers
{
    public static CircuitBreakers From(ClusterPolicy policy) => new()
    {
        Thresholds =
        {
            new CircuitBreakers.Types.Thresholds
            {
                MaxConnections = Limit(policy.MaxConnections),
                MaxPendingRequests = Limit(policy.MaxPendingRequests),
                MaxRequests = Limit(policy.MaxRequests),
                MaxRetries = Limit(policy.MaxRetries),
                TrackRemaining = true,
            },
        },
    };

    private static uint Limit(int? value) => value is > 0 ? (uint)value.Value : uint.MaxValue;
}
