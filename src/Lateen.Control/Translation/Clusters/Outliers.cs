namespace Lateen.Control.Translation.Clusters;

using Envoy.Config.Cluster.V3;
using Google.Protobuf.WellKnownTypes;
using ApiOutliers = Lateen.Api.Resources.Networking.OutlierDetection;
using WirePercent = Envoy.Type.V3.Percent;

/// <summary>Ejection of hosts that fail in a row; ejection by comparison of success rates, Envoy's default, stays off as in Istio.</summary>
internal static class Outliers
{
    private const uint Always = 100;

    public static void Apply(Cluster cluster, ApiOutliers? settings)
    {
        if (settings is null)
        {
            return;
        }

        OutlierDetection detection = new()
        {
            EnforcingSuccessRate = 0,
            Consecutive5Xx = (uint?)settings.Consecutive5xxErrors,
            EnforcingConsecutive5Xx = Enforcing(settings.Consecutive5xxErrors),
            ConsecutiveGatewayFailure = (uint?)settings.ConsecutiveGatewayErrors,
            EnforcingConsecutiveGatewayFailure = Enforcing(settings.ConsecutiveGatewayErrors),
            Interval = settings.Interval is { } interval ? Duration.FromTimeSpan(interval) : null,
            BaseEjectionTime = settings.BaseEjectionTime is { } time ? Duration.FromTimeSpan(time) : null,
            MaxEjectionPercent = settings.MaxEjectionPercent > 0 ? (uint)settings.MaxEjectionPercent : null,
        };
        if (settings.SplitExternalLocalOriginErrors)
        {
            detection.SplitExternalLocalOriginErrors = true;
            detection.EnforcingLocalOriginSuccessRate = 0;
            if (settings.ConsecutiveLocalOriginFailures is > 0 and { } failures)
            {
                detection.ConsecutiveLocalOriginFailure = (uint)failures;
                detection.EnforcingConsecutiveLocalOriginFailure = Always;
            }
        }

        cluster.OutlierDetection = detection;

        // Envoy's default of 50 % would send calls to ejected hosts in the small services that Kubernetes has (Istio sets this too).
        Balancing.Common(cluster).HealthyPanicThreshold = new WirePercent { Value = settings.MinHealthPercent };
    }

    private static uint? Enforcing(int? errors) => errors switch
    {
        null => null,
        0 => 0,
        _ => Always,
    };
}
