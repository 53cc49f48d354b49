namespace Lateen.Filters.Http.Fault;

using System.Buffers.Text;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>Delays, then aborts, a configured share of requests.</summary>
internal sealed class FaultFilter(FaultConfig listenerConfig, FaultStats stats) : HttpFilter
{
    public override FilterStatus OnRequestHeaders(HttpStream stream, bool endStream)
    {
        FaultState state = stream.State<FaultState>(this);
        state.IsActive = false;
        state.GrpcStatus = -1;
        FaultConfig config = ConfigFor(stream);
        if (!Applies(stream, config))
        {
            return FilterStatus.Continue;
        }

        if (config.Delay <= TimeSpan.Zero || !config.DelayShare.Draw(stream.Random) || !TryActivate(stream, config))
        {
            return AbortOrContinue(stream, config);
        }

        stats.DelaysInjected.Increment();
        stream.Info.Flags |= ResponseFlags.DelayInjected;
        return stream.PauseFor(config.Delay);
    }

    // A request may be both delayed and aborted; the abort is drawn once the delay has passed.
    public override FilterStatus OnResume(HttpStream stream) => AbortOrContinue(stream, ConfigFor(stream));

    public override void OnResponseHeaders(HttpStream stream, bool endStream)
    {
        int status = stream.State<FaultState>(this).GrpcStatus;
        bool isGrpc = status >= 0 && stream.Response.GetOrEmpty("content-type"u8).StartsWith("application/grpc"u8);
        if (isGrpc)
        {
            Span<byte> text = stackalloc byte[2];
            Utf8Formatter.TryFormat(status, text, out int length);
            stream.Response.Set("grpc-status"u8, text[..length]);
        }
    }

    public override void OnStreamComplete(HttpStream stream)
    {
        FaultState state = stream.State<FaultState>(this);
        if (state.IsActive)
        {
            state.IsActive = false;
            stats.ActiveFaults.Decrement();
        }
    }

    private static bool Applies(HttpStream stream, FaultConfig config)
    {
        if (config.UpstreamCluster.Length > 0 && stream.Cluster?.Name != config.UpstreamCluster)
        {
            return false;
        }

        for (int i = 0; i < config.Headers.Count; i++)
        {
            if (!config.Headers[i].Matches(stream.Request))
            {
                return false;
            }
        }

        return true;
    }

    private FaultConfig ConfigFor(HttpStream stream) => stream.FilterConfig<FaultConfig>() ?? listenerConfig;

    private FilterStatus AbortOrContinue(HttpStream stream, FaultConfig config)
    {
        if (config.AbortStatus == 0 || !config.AbortShare.Draw(stream.Random) || !TryActivate(stream, config))
        {
            return FilterStatus.Continue;
        }

        stats.AbortsInjected.Increment();
        stream.State<FaultState>(this).GrpcStatus = config.AbortGrpcStatus;
        return stream.Respond(config.AbortStatus, ResponseFlags.FaultInjected, "fault_filter_abort", "fault filter abort"u8);
    }

    private bool TryActivate(HttpStream stream, FaultConfig config)
    {
        FaultState state = stream.State<FaultState>(this);
        if (state.IsActive)
        {
            return true;
        }

        if (stats.ActiveFaults.Value >= config.MaxActiveFaults)
        {
            stats.FaultsOverflow.Increment();
            return false;
        }

        state.IsActive = true;
        stats.ActiveFaults.Increment();
        return true;
    }
}
