namespace Lateen.Filters.Http.Stats;

using System.Buffers.Text;
using System.Collections.Concurrent;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Stats;
using Peer = Lateen.Proxy.Http.PeerMetadata;

/// <summary>
/// Istio's standard metrics. A label set is rendered once and found again by its key, so a request costs a look-up; the number of
/// sets is bounded, and what comes after is counted under one "overflow" peer.
/// </summary>
internal sealed class StatsFilter : HttpFilter
{
    private readonly ConcurrentDictionary<StatsKey, RequestMetrics> _metrics = new();
    private readonly FilterEnvironment _environment;
    private readonly StatsStore _stats;
    private readonly Counter _overflowed;
    private RequestMetrics? _overflow;
    private readonly bool _isSource;
    private readonly bool _useHostHeader;
    private int _labelSets;

    public StatsFilter(FilterEnvironment environment, FilterContext context, bool isSource, bool useHostHeader)
    {
        _environment = environment;
        _stats = context.Stats;
        _isSource = isSource;
        _useHostHeader = useHostHeader;
        _overflowed = _stats.Counter("istio_stats.label_sets_overflow");
    }

    public override FilterStatus OnRequestHeaders(HttpStream stream, bool endStream)
    {
        StatsState state = stream.State<StatsState>(this);
        state.IsGrpc = stream.Request.GetOrEmpty("content-type"u8).StartsWith("application/grpc"u8);
        state.GrpcStatus = -1;
        return FilterStatus.Continue;
    }

    public override void OnResponseHeaders(HttpStream stream, bool endStream) => ReadGrpcStatus(stream, stream.Response);

    public override void OnResponseTrailers(HttpStream stream, HeaderMap trailers) => ReadGrpcStatus(stream, trailers);

    public override void OnStreamComplete(HttpStream stream)
    {
        StatsState state = stream.State<StatsState>(this);
        StreamInfo info = stream.Info;
        RequestMetrics metrics = MetricsFor(stream, state);
        StatStripe stripe = stream.Stripe;
        metrics.Requests.Increment(stripe);
        if (info.EndMicros >= 0)
        {
            metrics.DurationMs.Record((info.EndMicros - info.StartMicros) / 1000, stripe);
        }

        metrics.RequestBytes.Record(info.BytesReceived, stripe);
        metrics.ResponseBytes.Record(info.BytesSent, stripe);
    }

    private void ReadGrpcStatus(HttpStream stream, HeaderMap headers)
    {
        StatsState state = stream.State<StatsState>(this);
        if (state.IsGrpc && headers.TryGet("grpc-status"u8, out ReadOnlySpan<byte> text)
            && Utf8Parser.TryParse(text, out int status, out int used) && used == text.Length)
        {
            state.GrpcStatus = status;
        }
    }

    private RequestMetrics MetricsFor(HttpStream stream, StatsState state)
    {
        StreamInfo info = stream.Info;
        Peer? peer = _isSource ? UpstreamPeer(stream, state) : info.DownstreamPeer;
        ClusterConfig? cluster = stream.Cluster?.Config;

        // The host decides the labels only where the cluster does not.
        ClusterService? service = cluster?.Services.Count > 0 ? cluster.Services[0] : null;
        ReadOnlySpan<byte> host = service is null && _useHostHeader ? stream.Request.GetOrEmpty(":authority"u8) : default;
        int target = service is null ? Hash(host, cluster) : 0;
        int grpc = state.IsGrpc ? state.GrpcStatus : int.MinValue;
        var key = new StatsKey(peer, service, target, info.ResponseCode, grpc, info.Flags);
        if (state.LastMetrics is { } last && state.LastKey.Equals(key))
        {
            return last;
        }

        RequestMetrics metrics =
            _metrics.TryGetValue(key, out RequestMetrics? found) ? found : Create(key, stream, state, peer, cluster, host);
        if (!ReferenceEquals(metrics, _overflow))
        {
            state.LastKey = key;
            state.LastMetrics = metrics;
        }

        return metrics;
    }

    // Without a response there is no exchange; the endpoint's own metadata still says who was called.
    private Peer? UpstreamPeer(HttpStream stream, StatsState state)
    {
        if (stream.Info.UpstreamPeer is { } told)
        {
            return told;
        }

        string workload = stream.UpstreamHost?.Config.IstioWorkload ?? "";
        if (!ReferenceEquals(workload, state.LastWorkload))
        {
            state.LastWorkload = workload;
            state.LastWorkloadPeer = _environment.Peers.FromWorkload(workload);
        }

        return state.LastWorkloadPeer;
    }

    private RequestMetrics Create(
        StatsKey key, HttpStream stream, StatsState state, Peer? peer, ClusterConfig? cluster, ReadOnlySpan<byte> host)
    {
        if (Interlocked.Increment(ref _labelSets) > _environment.MaxLabelSets)
        {
            _overflowed.Increment();
            return _overflow ??= CreateOverflow();
        }

        string grpcStatus = state.IsGrpc && state.GrpcStatus >= 0
            ? state.GrpcStatus.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : "";
        List<KeyValuePair<string, string>> labels = IstioLabels.Create(
            _isSource, _environment.Self, peer, CalledService.Of(cluster, host), state.IsGrpc ? "grpc" : "http",
            stream.Info.ResponseCode, grpcStatus, stream.Info.Flags);
        var metrics = new RequestMetrics(_stats, StatLabels.Of(labels));
        return _metrics.GetOrAdd(key, metrics);
    }

    // Only when it is needed: an empty "overflow" service in everybody's dashboards would puzzle.
    private RequestMetrics CreateOverflow()
    {
        var none = new ClusterService("overflow", "overflow", "");
        return new RequestMetrics(
            _stats, StatLabels.Of(IstioLabels.Create(_isSource, _environment.Self, null, none, "http", 0, "", default)));
    }

    // Without a service the cluster's name tells passthrough from black hole, and the host whom they were for.
    private static int Hash(ReadOnlySpan<byte> host, ClusterConfig? cluster)
    {
        var hash = default(HashCode);
        hash.AddBytes(host);
        hash.Add(cluster?.Name, StringComparer.Ordinal);
        return hash.ToHashCode();
    }
}
