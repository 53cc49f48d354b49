namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Cluster.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;

/// <summary>Reads an OutlierDetection.</summary>
internal static class OutlierDetectionReader
{
    public static OutlierDetectionConfig? Read(OutlierDetection? message, string path, ReadContext context)
    {
        if (message is null)
        {
            return null;
        }

        context.NoEffect(message.Monitors.Count > 0, $"{path}.monitors");
        var defaults = new OutlierDetectionConfig();
        TimeSpan Positive(Duration? duration, TimeSpan whenAbsent, string field)
        {
            TimeSpan value = context.Duration(duration, whenAbsent, $"{path}.{field}");
            if (value < TimeSpan.FromMilliseconds(1))
            {
                context.Error($"{path}.{field}", "must be at least 1 ms");
            }

            return value;
        }

        TimeSpan baseTime = Positive(message.BaseEjectionTime, defaults.BaseEjectionTime, "base_ejection_time");
        TimeSpan maxDefault = baseTime > defaults.MaxEjectionTime ? baseTime : defaults.MaxEjectionTime;
        TimeSpan maxTime = Positive(message.MaxEjectionTime, maxDefault, "max_ejection_time");
        if (maxTime < baseTime)
        {
            context.Error($"{path}.max_ejection_time", "must not be below base_ejection_time");
        }

        return new OutlierDetectionConfig
        {
            Consecutive5Xx = message.Consecutive5Xx ?? 5,
            Enforcing5Xx = Percent(message.EnforcingConsecutive5Xx, 100, path, "enforcing_consecutive_5xx", context),
            ConsecutiveGatewayFailure = message.ConsecutiveGatewayFailure ?? 5,
            EnforcingGatewayFailure = Percent(
                message.EnforcingConsecutiveGatewayFailure, 0, path, "enforcing_consecutive_gateway_failure", context),
            ConsecutiveLocalOriginFailure = message.ConsecutiveLocalOriginFailure ?? 5,
            EnforcingLocalOriginFailure = Percent(
                message.EnforcingConsecutiveLocalOriginFailure, 100, path, "enforcing_consecutive_local_origin_failure", context),
            SplitExternalLocalOriginErrors = message.SplitExternalLocalOriginErrors,
            Interval = Positive(message.Interval, defaults.Interval, "interval"),
            BaseEjectionTime = baseTime,
            MaxEjectionTime = maxTime,
            MaxEjectionTimeJitter = context.Duration(
                message.MaxEjectionTimeJitter, TimeSpan.Zero, $"{path}.max_ejection_time_jitter"),
            MaxEjectionPercent = Percent(message.MaxEjectionPercent, 10, path, "max_ejection_percent", context),
            AlwaysEjectOneHost = message.AlwaysEjectOneHost ?? false,
            UnejectOnHealthCheck = message.SuccessfulActiveHealthCheckUnejectHost ?? true,
            Rates = ReadRates(message, path, context),
        };
    }

    private static OutlierRateConfig ReadRates(OutlierDetection message, string path, ReadContext context) => new()
    {
        EnforcingSuccessRate = Percent(message.EnforcingSuccessRate, 100, path, "enforcing_success_rate", context),
        EnforcingLocalOriginSuccessRate = Percent(
            message.EnforcingLocalOriginSuccessRate, 100, path, "enforcing_local_origin_success_rate", context),
        SuccessRateMinimumHosts = message.SuccessRateMinimumHosts ?? 5,
        SuccessRateRequestVolume = message.SuccessRateRequestVolume ?? 100,
        SuccessRateStdevFactor = message.SuccessRateStdevFactor ?? 1900,
        FailurePercentageThreshold = Percent(
            message.FailurePercentageThreshold, 85, path, "failure_percentage_threshold", context),
        EnforcingFailurePercentage = Percent(
            message.EnforcingFailurePercentage, 0, path, "enforcing_failure_percentage", context),
        EnforcingFailurePercentageLocalOrigin = Percent(
            message.EnforcingFailurePercentageLocalOrigin, 0, path, "enforcing_failure_percentage_local_origin", context),
        FailurePercentageMinimumHosts = message.FailurePercentageMinimumHosts ?? 5,
        FailurePercentageRequestVolume = message.FailurePercentageRequestVolume ?? 50,
    };

    private static uint Percent(uint? value, uint whenAbsent, string path, string field, ReadContext context)
    {
        if (value > 100)
        {
            context.Error($"{path}.{field}", $"{value} is above 100");
        }

        return Math.Min(100, value ?? whenAbsent);
    }
}
