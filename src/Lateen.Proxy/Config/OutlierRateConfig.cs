namespace Lateen.Proxy.Config;

/// <summary>Outliers by their share of successes over one interval, compared with the other hosts or with a fixed threshold.</summary>
public sealed record OutlierRateConfig
{
    public uint EnforcingSuccessRate { get; init; } = 100;

    public uint EnforcingLocalOriginSuccessRate { get; init; } = 100;

    public uint SuccessRateMinimumHosts { get; init; } = 5;

    public uint SuccessRateRequestVolume { get; init; } = 100;

    /// <summary>In thousandths of a standard deviation.</summary>
    public uint SuccessRateStdevFactor { get; init; } = 1900;

    public uint FailurePercentageThreshold { get; init; } = 85;

    public uint EnforcingFailurePercentage { get; init; }

    public uint EnforcingFailurePercentageLocalOrigin { get; init; }

    public uint FailurePercentageMinimumHosts { get; init; } = 5;

    public uint FailurePercentageRequestVolume { get; init; } = 50;
}
