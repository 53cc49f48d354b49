namespace Lateen.Proxy.Agent.Resolving;

using Lateen.Proxy.Stats;

/// <summary>What the agent counts about DNS, under Istio's names.</summary>
internal sealed class DnsStats(StatsStore store)
{
    public Counter Requests { get; } = store.Counter(StatName.Istio("istio_agent_dns_requests_total", []));

    public Counter UpstreamRequests { get; } = store.Counter(StatName.Istio("istio_agent_dns_upstream_requests_total", []));

    public Counter UpstreamFailures { get; } = store.Counter(StatName.Istio("istio_agent_dns_upstream_failures_total", []));

    /// <summary>Queries refused because too many were on their way.</summary>
    public Counter Overflow { get; } = store.Counter(StatName.Istio("istio_agent_dns_overflow_total", []));
}
