namespace Lateen.Proxy.Config;

/// <summary>Process-wide limits of one cluster and priority.</summary>
public sealed record CircuitBreakerThresholds
{
    public static CircuitBreakerThresholds Default { get; } = new();

    public uint MaxConnections { get; init; } = 1024;

    public uint MaxPendingRequests { get; init; } = 1024;

    public uint MaxRequests { get; init; } = 1024;

    public uint MaxRetries { get; init; } = 3;

    /// <summary>Retries are limited to this share of active requests instead; null leaves it at the fixed number.</summary>
    public double? RetryBudgetPercent { get; init; }

    public uint MinRetryConcurrency { get; init; } = 3;

    public bool TrackRemaining { get; init; }
}
