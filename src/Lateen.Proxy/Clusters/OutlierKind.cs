namespace Lateen.Proxy.Clusters;

/// <summary>What makes a host an outlier.</summary>
internal enum OutlierKind : byte
{
    Consecutive5Xx,
    ConsecutiveGatewayFailure,
    ConsecutiveLocalOriginFailure,
    SuccessRate,
    LocalOriginSuccessRate,
    FailurePercentage,
    LocalOriginFailurePercentage,
}
