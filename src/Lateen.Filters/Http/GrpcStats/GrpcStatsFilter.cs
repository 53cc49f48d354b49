namespace Lateen.Filters.Http.GrpcStats;

using System.Runtime.CompilerServices;
using Lateen.Engine.Http;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Http;
using Lateen.Proxy.Stats;

/// <summary>Counts gRPC calls per cluster: cluster.NAME.grpc.{total,success,failure}.</summary>
internal sealed class GrpcStatsFilter(StatsStore stats) : HttpFilter
{
    // Weak, so that a cluster that was removed goes, and its statistics with it.
    private readonly ConditionalWeakTable<Cluster, GrpcCounters> _counters = [];

    public override FilterStatus OnRequestHeaders(HttpStream stream, bool endStream)
    {
        GrpcCallState state = stream.State<GrpcCallState>(this);
        state.IsGrpc = stream.Request.GetOrEmpty("content-type"u8).StartsWith("application/grpc"u8);
        state.Succeeded = false;
        return FilterStatus.Continue;
    }

    public override void OnResponseHeaders(HttpStream stream, bool endStream) => Look(stream, stream.Response);

    public override void OnResponseTrailers(HttpStream stream, HeaderMap trailers) => Look(stream, trailers);

    public override void OnStreamComplete(HttpStream stream)
    {
        GrpcCallState state = stream.State<GrpcCallState>(this);
        if (!state.IsGrpc || stream.Cluster is not { } cluster)
        {
            return;
        }

        if (!_counters.TryGetValue(cluster, out GrpcCounters? counters))
        {
            counters = _counters.GetValue(cluster, Create);
        }

        counters.Total.Increment();
        (state.Succeeded ? counters.Success : counters.Failure).Increment();
    }

    private GrpcCounters Create(Cluster cluster) => new(stats, cluster.Name);

    private void Look(HttpStream stream, HeaderMap headers)
    {
        if (headers.TryGet("grpc-status"u8, out ReadOnlySpan<byte> status))
        {
            stream.State<GrpcCallState>(this).Succeeded = status.SequenceEqual("0"u8);
        }
    }
}
