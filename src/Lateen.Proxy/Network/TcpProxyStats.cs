namespace Lateen.Proxy.Network;

using Lateen.Proxy.Stats;

/// <summary>Envoy's tcp.PREFIX.* stats.</summary>
internal sealed class TcpProxyStats(StatsStore store, string prefix)
{
    public Counter ConnectionsTotal { get; } = store.Counter(StatName.Tcp(prefix, "downstream_cx_total"));

    public Counter NoRoute { get; } = store.Counter(StatName.Tcp(prefix, "downstream_cx_no_route"));

    public Counter BytesReceived { get; } = store.Counter(StatName.Tcp(prefix, "downstream_cx_rx_bytes_total"));

    public Counter BytesSent { get; } = store.Counter(StatName.Tcp(prefix, "downstream_cx_tx_bytes_total"));

    public Counter MaxDuration { get; } = store.Counter(StatName.Tcp(prefix, "max_downstream_connection_duration"));

    public Counter IdleTimeout { get; } = store.Counter(StatName.Tcp(prefix, "idle_timeout"));

    public Counter MaxConnectAttempts { get; } = store.Counter(StatName.Tcp(prefix, "max_downstream_connection_attempts"));
}
