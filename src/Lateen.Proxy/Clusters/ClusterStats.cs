namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.Stats;
using Lateen.Proxy.Tls;

/// <summary>Envoy's cluster.NAME.* stats.</summary>
public sealed class ClusterStats
{
    private readonly Counter[] _byClass = new Counter[6];
    private readonly StatsStore _store;
    private readonly string _name;
    private TlsStats? _tls;
    private ZoneStats? _zones;

    internal ClusterStats(StatsStore store, string name)
    {
        _store = store;
        _name = name;
        Counter Count(string stat) => store.Counter(StatName.Cluster(name, stat));
        Gauge Level(string stat) => store.Gauge(StatName.Cluster(name, stat));
        ConnectionsTotal = Count("upstream_cx_total");
        ConnectionsActive = Level("upstream_cx_active");
        ConnectionsHttp1 = Count("upstream_cx_http1_total");
        ConnectionsHttp2 = Count("upstream_cx_http2_total");
        ConnectFail = Count("upstream_cx_connect_fail");
        ConnectTimeout = Count("upstream_cx_connect_timeout");
        ConnectionOverflow = Count("upstream_cx_overflow");
        ConnectionIdleTimeout = Count("upstream_cx_idle_timeout");
        ConnectionMaxRequests = Count("upstream_cx_max_requests");
        ConnectionMaxDuration = Count("upstream_cx_max_duration_reached");
        ConnectionDestroyWithActive = Count("upstream_cx_destroy_with_active_rq");
        BytesReceived = Count("upstream_cx_rx_bytes_total");
        BytesSent = Count("upstream_cx_tx_bytes_total");
        Requests = Count("upstream_rq_total");
        RequestsActive = Level("upstream_rq_active");
        RequestsCompleted = Count("upstream_rq_completed");
        PendingTotal = Count("upstream_rq_pending_total");
        PendingActive = Level("upstream_rq_pending_active");
        PendingOverflow = Count("upstream_rq_pending_overflow");
        PendingFailureEject = Count("upstream_rq_pending_failure_eject");
        RequestTimeout = Count("upstream_rq_timeout");
        PerTryTimeout = Count("upstream_rq_per_try_timeout");
        ReceivedReset = Count("upstream_rq_rx_reset");
        SentReset = Count("upstream_rq_tx_reset");
        Retry = Count("upstream_rq_retry");
        RetrySuccess = Count("upstream_rq_retry_success");
        RetryOverflow = Count("upstream_rq_retry_overflow");
        RetryLimitExceeded = Count("upstream_rq_retry_limit_exceeded");
        RetryBackoffExponential = Count("upstream_rq_retry_backoff_exponential");
        RetryOrShadowAbandoned = Count("retry_or_shadow_abandoned");
        NoHealthy = Count("upstream_cx_none_healthy");
        HealthyPanic = Count("lb_healthy_panic");
        SubsetsSelected = Count("lb_subsets_selected");
        SubsetsFallback = Count("lb_subsets_fallback");
        SubsetsFallbackPanic = Count("lb_subsets_fallback_panic");
        SubsetsActive = Level("lb_subsets_active");
        DropOverload = Count("upstream_rq_drop_overload");
        MembershipTotal = Level("membership_total");
        MembershipHealthy = Level("membership_healthy");
        MembershipDegraded = Level("membership_degraded");
        MembershipChange = Count("membership_change");
        DnsAttempt = Count("update_attempt");
        DnsSuccess = Count("update_success");
        DnsFailure = Count("update_failure");
        DnsEmpty = Count("update_empty");
        RequestTime = store.Histogram(StatName.Cluster(name, "upstream_rq_time"));
        for (int i = 1; i < _byClass.Length; i++)
        {
            _byClass[i] = Count($"upstream_rq_{i}xx");
        }
    }

    public Counter ConnectionsTotal { get; }

    /// <summary>Made when TLS is first spoken, so that a plaintext cluster has none.</summary>
    internal TlsStats Tls => _tls ??= TlsStats.OfCluster(_store, _name);

    /// <summary>Made when a pick first looks at localities.</summary>
    internal ZoneStats Zones => _zones ??= new ZoneStats(_store, _name);

    public Gauge ConnectionsActive { get; }

    public Counter ConnectionsHttp1 { get; }

    public Counter ConnectionsHttp2 { get; }

    public Counter ConnectFail { get; }

    public Counter ConnectTimeout { get; }

    public Counter ConnectionOverflow { get; }

    public Counter ConnectionIdleTimeout { get; }

    public Counter ConnectionMaxRequests { get; }

    public Counter ConnectionMaxDuration { get; }

    public Counter ConnectionDestroyWithActive { get; }

    public Counter BytesReceived { get; }

    public Counter BytesSent { get; }

    public Counter Requests { get; }

    public Gauge RequestsActive { get; }

    public Counter RequestsCompleted { get; }

    /// <summary>A body was too long to be kept for another attempt or for a mirror.</summary>
    public Counter RetryOrShadowAbandoned { get; }

    public Counter PendingTotal { get; }

    public Gauge PendingActive { get; }

    public Counter PendingOverflow { get; }

    public Counter PendingFailureEject { get; }

    public Counter RequestTimeout { get; }

    public Counter PerTryTimeout { get; }

    public Counter ReceivedReset { get; }

    public Counter SentReset { get; }

    public Counter Retry { get; }

    public Counter RetrySuccess { get; }

    public Counter RetryOverflow { get; }

    public Counter RetryLimitExceeded { get; }

    public Counter RetryBackoffExponential { get; }

    public Counter NoHealthy { get; }

    public Counter HealthyPanic { get; }

    public Counter SubsetsSelected { get; }

    public Counter SubsetsFallback { get; }

    public Counter SubsetsFallbackPanic { get; }

    public Gauge SubsetsActive { get; }

    public Counter DropOverload { get; }

    public Gauge MembershipTotal { get; }

    public Gauge MembershipHealthy { get; }

    public Gauge MembershipDegraded { get; }

    public Counter MembershipChange { get; }

    public Counter DnsAttempt { get; }

    public Counter DnsSuccess { get; }

    public Counter DnsFailure { get; }

    public Counter DnsEmpty { get; }

    public Histogram RequestTime { get; }

    internal void CountResponse(int status, StatStripe stripe = default)
    {
        RequestsCompleted.Increment(stripe);
        uint statusClass = (uint)status / 100;
        if (statusClass is >= 1 and <= 5)
        {
            _byClass[statusClass].Increment(stripe);
        }
    }
}
