namespace Lateen.Control.Translation.Clusters;

using Envoy.Config.Cluster.V3;
using Lateen.Api.Resources.Networking;
using WirePercent = Envoy.Type.V3.Percent;

/// <summary>Circuit breakers: Istio's default is no limit, where Envoy's own would be 1024.</summary>
internal static class Breakers
{
    // Envoy's defaults of a retry budget, which Istio documents as its own.
    private const double DefaultBudgetPercent = 20;
    private const uint DefaultRetryConcurrency = 3;

    public static CircuitBreakers From(ClusterPolicy policy)
    {
        HttpSettings? http = policy.ConnectionPool?.Http;
        return new CircuitBreakers
        {
            Thresholds =
            {
                new CircuitBreakers.Types.Thresholds
                {
                    MaxConnections = Limit(policy.ConnectionPool?.Tcp?.MaxConnections),
                    MaxPendingRequests = Limit(http?.Http1MaxPendingRequests),
                    MaxRequests = Limit(http?.Http2MaxRequests),
                    MaxRetries = Limit(http?.MaxRetries),
                    RetryBudget = Budget(policy.RetryBudget),
                    TrackRemaining = true,
                },
            },
        };
    }

    private static uint Limit(int? value) => value is > 0 ? (uint)value.Value : uint.MaxValue;

    private static CircuitBreakers.Types.Thresholds.Types.RetryBudget? Budget(RetryBudget? budget) => budget is null ? null : new()
    {
        BudgetPercent = new WirePercent { Value = budget.Percent ?? DefaultBudgetPercent },
        MinRetryConcurrency = (uint?)budget.MinRetryConcurrency ?? DefaultRetryConcurrency,
    };
}
