namespace Lateen.Proxy.Listeners;

using Lateen.Proxy.Stats;
using Lateen.Proxy.Tls;

/// <summary>Envoy's listener.ADDRESS.* stats.</summary>
internal sealed class ListenerStats(StatsStore store, string address)
{
    private TlsStats? _tls;

    /// <summary>Made when a handshake is first served, so that a plaintext listener has none.</summary>
    public TlsStats Tls => _tls ??= TlsStats.OfListener(store, address);

    public Counter HandshakeTimeout { get; } =
        store.Counter(StatName.Listener(address, "downstream_cx_transport_socket_connect_timeout"));

    public Counter SecretsNotReady { get; } =
        store.Counter(StatName.Listener(address, "server_ssl_socket_factory.downstream_context_secrets_not_ready"));

    public Counter ConnectionsTotal { get; } = store.Counter(StatName.Listener(address, "downstream_cx_total"));

    public Gauge ConnectionsActive { get; } = store.Gauge(StatName.Listener(address, "downstream_cx_active"));

    public Counter ConnectionOverflow { get; } = store.Counter(StatName.Listener(address, "downstream_cx_overflow"));

    public Counter GlobalOverflow { get; } = store.Counter(StatName.Listener(address, "downstream_global_cx_overflow"));

    public Counter OverloadReject { get; } = store.Counter(StatName.Listener(address, "downstream_cx_overload_reject"));

    public Counter ConnectionsDestroyed { get; } = store.Counter(StatName.Listener(address, "downstream_cx_destroy"));

    public Counter NoFilterChainMatch { get; } = store.Counter(StatName.Listener(address, "no_filter_chain_match"));

    public Counter DetectionTimeout { get; } = store.Counter(StatName.Listener(address, "downstream_pre_cx_timeout"));

    public Counter ServerFirst { get; } = store.Counter(StatName.Listener(address, "downstream_cx_server_first"));
}
