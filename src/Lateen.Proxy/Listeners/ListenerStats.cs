namespace Lateen.Proxy.Listeners;

using Lateen.Proxy.Stats;

/// <summary>Envoy's listener.ADDRESS.* stats.</summary>
internal sealed class ListenerStats(StatsStore store, string address)
{
    public Counter ConnectionsTotal { get; } = store.Counter(StatName.Listener(address, "downstream_cx_total"));

    public Gauge ConnectionsActive { get; } = store.Gauge(StatName.Listener(address, "downstream_cx_active"));

    public Counter ConnectionOverflow { get; } = store.Counter(StatName.Listener(address, "downstream_cx_overflow"));

    public Counter NoFilterChainMatch { get; } = store.Counter(StatName.Listener(address, "no_filter_chain_match"));

    public Counter DetectionTimeout { get; } = store.Counter(StatName.Listener(address, "downstream_pre_cx_timeout"));

    public Counter ServerFirst { get; } = store.Counter(StatName.Listener(address, "downstream_cx_server_first"));
}
