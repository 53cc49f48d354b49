namespace Lateen.Filters.Http.Stats;

using Lateen.Proxy.Stats;

/// <summary>The four standard metrics of one label set.</summary>
internal sealed class RequestMetrics(StatsStore stats, StatLabels labels)
{
    public Counter Requests { get; } = stats.Counter(StatName.Istio("istio_requests_total", labels));

    public Histogram DurationMs { get; } = stats.Histogram(StatName.Istio("istio_request_duration_milliseconds", labels));

    public Histogram RequestBytes { get; } = stats.Histogram(StatName.Istio("istio_request_bytes", labels));

    public Histogram ResponseBytes { get; } = stats.Histogram(StatName.Istio("istio_response_bytes", labels));
}
