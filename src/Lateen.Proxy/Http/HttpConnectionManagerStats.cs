namespace Lateen.Proxy.Http;

using Lateen.Proxy.Stats;

/// <summary>Envoy's http.PREFIX.* stats.</summary>
internal sealed class HttpConnectionManagerStats
{
    private readonly Counter[] _byClass = new Counter[6];
    private readonly Counter _http1Connections;
    private readonly Counter _http2Connections;
    private readonly Counter _http1Requests;
    private readonly Counter _http2Requests;

    public HttpConnectionManagerStats(StatsStore store, string prefix)
    {
        Counter Count(string stat) => store.Counter(StatName.Http(prefix, stat));
        Gauge Level(string stat) => store.Gauge(StatName.Http(prefix, stat));
        ConnectionsTotal = Count("downstream_cx_total");
        ConnectionsActive = Level("downstream_cx_active");
        _http1Connections = Count("downstream_cx_http1_total");
        _http2Connections = Count("downstream_cx_http2_total");
        _http1Requests = Count("downstream_rq_http1_total");
        _http2Requests = Count("downstream_rq_http2_total");
        ConnectionIdleTimeout = Count("downstream_cx_idle_timeout");
        ConnectionDrainClose = Count("downstream_cx_drain_close");
        ConnectionProtocolError = Count("downstream_cx_protocol_error");
        Http1GlitchFlood = Count("http1.inbound_glitch_flood");
        RequestsTotal = Count("downstream_rq_total");
        RequestsActive = Level("downstream_rq_active");
        RequestsCompleted = Count("downstream_rq_completed");
        RequestIdleTimeout = Count("downstream_rq_idle_timeout");
        RequestTimeout = Count("downstream_rq_timeout");
        RequestMaxDuration = Count("downstream_rq_max_duration_reached");
        ConnectionMaxDuration = Count("downstream_cx_max_duration_reached");
        RequestOverload = Count("downstream_rq_overload_close");
        PathRejected = Count("downstream_rq_failed_path_normalization");
        PathRedirected = Count("downstream_rq_redirected_with_normalized_path");
        ResetReceived = Count("downstream_rq_rx_reset");
        NoRoute = Count("no_route");
        NoCluster = Count("no_cluster");
        DirectResponse = Count("rq_direct_response");
        Redirect = Count("rq_redirect");
        RequestTime = store.Histogram(StatName.Http(prefix, "downstream_rq_time"));
        for (int i = 1; i < _byClass.Length; i++)
        {
            _byClass[i] = Count($"downstream_rq_{i}xx");
        }
    }

    public Counter ConnectionsTotal { get; }

    public Gauge ConnectionsActive { get; }

    public Counter ConnectionIdleTimeout { get; }

    public Counter ConnectionDrainClose { get; }

    public Counter ConnectionProtocolError { get; }

    /// <summary>Connections that ended for their oddities.</summary>
    public Counter Http1GlitchFlood { get; }

    public Counter RequestsTotal { get; }

    public Gauge RequestsActive { get; }

    public Counter RequestsCompleted { get; }

    public Counter RequestIdleTimeout { get; }

    public Counter RequestTimeout { get; }

    public Counter RequestMaxDuration { get; }

    public Counter ConnectionMaxDuration { get; }

    public Counter RequestOverload { get; }

    public Counter PathRejected { get; }

    public Counter PathRedirected { get; }

    public Counter ResetReceived { get; }

    public Counter NoRoute { get; }

    public Counter NoCluster { get; }

    public Counter DirectResponse { get; }

    public Counter Redirect { get; }

    public Histogram RequestTime { get; }

    public void CountConnection(HttpProtocol protocol) =>
        (protocol is HttpProtocol.Http2 ? _http2Connections : _http1Connections).Increment();

    public void CountRequest(HttpProtocol protocol, StatStripe stripe)
    {
        (protocol is HttpProtocol.Http2 ? _http2Requests : _http1Requests).Increment(stripe);
        RequestsTotal.Increment(stripe);
        RequestsActive.Increment(stripe);
    }

    /// <summary>A stream is over.</summary>
    public void CountEnd(StreamInfo info, StatStripe stripe)
    {
        RequestsActive.Decrement(stripe);
        RequestsCompleted.Increment(stripe);
        RequestTime.Record((info.EndMicros - info.StartMicros) / 1000, stripe);
        uint statusClass = (uint)info.ResponseCode / 100;
        if (statusClass is >= 1 and <= 5)
        {
            _byClass[statusClass].Increment(stripe);
        }
    }
}
