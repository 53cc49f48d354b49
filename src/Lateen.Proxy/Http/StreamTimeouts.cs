namespace Lateen.Proxy.Http;

/// <summary>How a stream ends that took too long (Envoy, conn_manager_impl).</summary>
internal static class StreamTimeouts
{
    private const int DeadlineExceeded = 4;

    /// <summary>Nothing moved for the stream idle timeout: 408 before a response (504 once the request was whole), a cut after.</summary>
    public static void OnIdle(ActiveStream stream)
    {
        stream.Manager.Stats.RequestIdleTimeout.Increment();
        End(stream, ResponseFlags.StreamIdleTimeout, ResponseCodeDetails.StreamIdleTimeout, "stream timeout"u8);
    }

    /// <summary>The whole request did not arrive in time.</summary>
    public static void OnRequest(ActiveStream stream)
    {
        stream.Manager.Stats.RequestTimeout.Increment();
        End(stream, ResponseFlags.None, ResponseCodeDetails.RequestOverallTimeout, "request timeout"u8);
    }

    /// <summary>Request and response together took longer than a stream may (max_stream_duration).</summary>
    public static void OnDuration(ActiveStream stream)
    {
        stream.Manager.Stats.RequestMaxDuration.Increment();
        End(stream, ResponseFlags.DurationTimeout, ResponseCodeDetails.MaxDurationTimeout, "downstream duration timeout"u8, DeadlineExceeded);
    }

    private static void End(ActiveStream stream, ResponseFlags flag, string details, ReadOnlySpan<byte> body, int grpcStatus = -1)
    {
        stream.Info.Flags |= flag;
        stream.Info.ResponseCodeDetails = details;
        if (stream.ResponseStarted)
        {
            stream.Router.Stop();
            stream.AbortResponse();
            return;
        }

        if (!stream.RequestEnded)
        {
            // What is left of the request may still be on its way: the connection cannot carry another one.
            stream.CloseAfterResponse();
        }

        stream.SendLocal(stream.RequestEnded ? 504 : 408, body, default, grpcStatus: grpcStatus);
    }
}
