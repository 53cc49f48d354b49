namespace Lateen.Proxy.Http;

using Lateen.Proxy.Config;

/// <summary>A connection manager's timeouts in the loop's unit; what is not set lies beyond all time.</summary>
internal sealed class DownstreamTimeouts(HttpConnectionManagerConfig config)
{
    // Far from overflow when a clock is added.
    private const long Never = long.MaxValue / 2;

    public long HeadMicros { get; } = Micros(config.RequestHeadersTimeout);

    public long ConnectionIdleMicros { get; } = Micros(config.ConnectionIdleTimeout);

    /// <summary>No timeout of a stream passes earlier, unless its route has one of its own.</summary>
    public long ShortestStreamMicros { get; } = Math.Min(
        Micros(config.StreamIdleTimeout), Math.Min(Micros(config.RequestTimeout), Micros(config.MaxStreamDuration)));

    private static long Micros(TimeSpan timeout) => timeout > TimeSpan.Zero ? ConnectionManager.Micros(timeout) : Never;
}
