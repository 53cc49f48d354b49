namespace Lateen.Proxy.Config;

/// <summary>When a host is taken out of use for what it answers. Defaults are Envoy's (outlier_detection.proto).</summary>
public sealed record OutlierDetectionConfig
{
    public uint Consecutive5Xx { get; init; } = 5;

    public uint Enforcing5Xx { get; init; } = 100;

    public uint ConsecutiveGatewayFailure { get; init; } = 5;

    public uint EnforcingGatewayFailure { get; init; }

    public uint ConsecutiveLocalOriginFailure { get; init; } = 5;

    public uint EnforcingLocalOriginFailure { get; init; } = 100;

    /// <summary>Failures to connect and timeouts count apart from what hosts answer.</summary>
    public bool SplitExternalLocalOriginErrors { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan BaseEjectionTime { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan MaxEjectionTime { get; init; } = TimeSpan.FromSeconds(300);

    public TimeSpan MaxEjectionTimeJitter { get; init; }

    /// <summary>Of all hosts of the cluster; the host about to be ejected counts.</summary>
    public uint MaxEjectionPercent { get; init; } = 10;

    public bool AlwaysEjectOneHost { get; init; }

    /// <summary>A health check that passes ends an ejection at once.</summary>
    public bool UnejectOnHealthCheck { get; init; } = true;

    public OutlierRateConfig Rates { get; init; } = new();
}
