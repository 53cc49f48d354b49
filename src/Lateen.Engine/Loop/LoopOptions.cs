namespace Lateen.Engine.Loop;

/// <summary>The limits of one loop.</summary>
public sealed record LoopOptions
{
    public static LoopOptions Default { get; } = new();

    /// <summary>The kernel interface of a <see cref="SocketLoop"/>.</summary>
    public LoopBackend Backend { get; init; } = LoopBackend.Auto;

    /// <summary>Bytes of native buffers lent at once; a connection that would exceed it is closed.</summary>
    public long BufferLimitBytes { get; init; } = 512L << 20;

    /// <summary>Free native buffers kept for re-use.</summary>
    public long CachedBufferBytes { get; init; } = 8L << 20;

    /// <summary>Bytes read from one connection in one turn before the others have theirs.</summary>
    public int ReadBudgetBytes { get; init; } = 256 * 1024;

    /// <summary>Pending output above which a producer is told to stop (Envoy's per_connection_buffer_limit_bytes).</summary>
    public int WriteLimitBytes { get; init; } = 1 << 20;

    /// <summary>How long a flushed connection waits for the peer's FIN (Envoy's delayed_close_timeout).</summary>
    public long LingerMicros { get; init; } = 1_000_000;

    /// <summary>Told of an exception that escaped a connection's handler; that connection is closed. Null stops the process.</summary>
    public Action<Exception>? HandlerFault { get; init; }
}
