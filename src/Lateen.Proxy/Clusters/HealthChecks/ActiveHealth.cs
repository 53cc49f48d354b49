namespace Lateen.Proxy.Clusters.HealthChecks;

/// <summary>
/// What health checks know of one host. The home loop writes it, all workers read it; the configuration thread writes it before the
/// host is published.
/// </summary>
internal sealed class ActiveHealth
{
    /// <summary>Out of use until checks pass.</summary>
    public volatile bool HasFailed;

    /// <summary>The host calls itself degraded (x-envoy-degraded).</summary>
    public volatile bool IsDegraded;

    /// <summary>The last check got no answer in time.</summary>
    public volatile bool TimedOut;

    /// <summary>Not yet checked.</summary>
    public volatile bool IsPending;

    /// <summary>It left discovery but still passes its checks.</summary>
    public volatile bool AwaitsRemoval;

    /// <summary>It asked by x-envoy-immediate-health-check-fail to be left alone, even in panic.</summary>
    public volatile bool IsExcluded;

    public void Clear() => HasFailed = IsDegraded = TimedOut = IsPending = IsExcluded = false;
}
