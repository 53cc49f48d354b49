namespace Lateen.Filters.Http.DynamicForwardProxy;

using Lateen.Engine.Loop;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Http;

/// <summary>Holds a request until the host that it names is resolved, when its cluster forwards to whatever is named.</summary>
internal sealed class DynamicForwardProxyFilter : HttpFilter
{
    public override FilterStatus OnRequestHeaders(HttpStream stream, bool endStream)
    {
        DynamicForwardState state = stream.State<DynamicForwardState>(this);
        state.Turn++;
        if (stream.Cluster?.Dynamic is not { } hosts)
        {
            return FilterStatus.Continue;
        }

        stream.FilterConfig<DynamicForwardRoute>()?.Rewrite(stream.Request);
        ReadOnlySpan<byte> authority = stream.Request.GetOrEmpty(":authority"u8);
        if (hosts.IsKnown(authority, stream.Loop.NowMicros))
        {
            return FilterStatus.Continue;
        }

        // Only the first requests for a name come here, so the task may be a fresh object.
        return hosts.Prepare(authority, stream.Loop, new WakeTask(stream, state)) switch
        {
            DynamicForwardStatus.Ready => FilterStatus.Continue,
            DynamicForwardStatus.Pending => stream.Pause(),
            DynamicForwardStatus.Overflow => stream.Respond(
                503, ResponseFlags.UpstreamOverflow, "dns_cache_overflow", "DNS cache overflow"u8),
            _ => Failed(stream),
        };
    }

    public override FilterStatus OnResume(HttpStream stream)
    {
        ReadOnlySpan<byte> authority = stream.Request.GetOrEmpty(":authority"u8);
        return stream.Cluster?.Dynamic is not { } hosts || hosts.IsKnown(authority, stream.Loop.NowMicros)
            ? FilterStatus.Continue
            : Failed(stream);
    }

    public override void OnStreamComplete(HttpStream stream) => stream.State<DynamicForwardState>(this).Turn++;

    private static FilterStatus Failed(HttpStream stream) => stream.Respond(
        503, ResponseFlags.DnsResolutionFailed, "dns_resolution_failure", "DNS resolution failure"u8);

    // The stream may be over, or serve another request, by the time the name is resolved.
    private sealed class WakeTask(HttpStream stream, DynamicForwardState state) : LoopTask
    {
        private readonly long _turn = state.Turn;

        public override void Run(EventLoop loop)
        {
            if (state.Turn == _turn)
            {
                stream.Resume();
            }
        }
    }
}
