namespace Lateen.Engine.Loop;

/// <summary>Counters of one loop, written by its thread; other threads may read them, a little late.</summary>
public sealed class LoopStats
{
    public long Turns { get; internal set; }

    public long Accepted { get; internal set; }

    public long Connected { get; internal set; }

    public long ConnectFailures { get; internal set; }

    public long Closed { get; internal set; }

    public long BytesReceived { get; internal set; }

    public long BytesSent { get; internal set; }

    /// <summary>Connections closed because no native buffer was to be had.</summary>
    public long BufferOverflows { get; internal set; }

    /// <summary>Accepts that failed for want of descriptors.</summary>
    public long AcceptFailures { get; internal set; }

    /// <summary>io_uring: receives that found no free buffer and were started again.</summary>
    public long ReceiveBufferShortages { get; internal set; }

    /// <summary>io_uring: turns in which the submission queue was full before the end.</summary>
    public long FullSubmissions { get; internal set; }

    /// <summary>io_uring: turns in which the completion queue was full and the kernel kept completions back.</summary>
    public long CompletionOverflows { get; internal set; }

    /// <summary>Exceptions that escaped a connection's handler.</summary>
    public long HandlerFaults { get; internal set; }

    /// <summary>Sockets open now, lingering ones included.</summary>
    public long OpenSockets { get; internal set; }
}
