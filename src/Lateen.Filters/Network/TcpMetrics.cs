namespace Lateen.Filters.Network;

using Lateen.Proxy.Stats;

/// <summary>The four TCP metrics of one label set.</summary>
internal sealed class TcpMetrics(StatsStore stats, IReadOnlyList<KeyValuePair<string, string>> labels)
{
    public Counter Opened { get; } = stats.Counter(StatName.Istio("istio_tcp_connections_opened_total", labels));

    public Counter Closed { get; } = stats.Counter(StatName.Istio("istio_tcp_connections_closed_total", labels));

    public Counter Received { get; } = stats.Counter(StatName.Istio("istio_tcp_received_bytes_total", labels));

    public Counter Sent { get; } = stats.Counter(StatName.Istio("istio_tcp_sent_bytes_total", labels));
}
