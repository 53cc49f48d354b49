namespace Lateen.Engine.Loop;

using Lateen.Engine.Transport;

/// <summary>
/// One worker's world: its sockets, its timers, its clock and its source of randomness. Everything here is called on the
/// loop's own thread, <see cref="Post"/> excepted. The simulated loop implements the same contract on virtual time.
/// </summary>
public abstract class EventLoop
{
    /// <summary>Index of the worker, from 0.</summary>
    public abstract int WorkerIndex { get; }

    /// <summary>Monotonic time in microseconds, read once per turn of the loop.</summary>
    public abstract long NowMicros { get; }

    /// <summary>Wall-clock time in microseconds since the Unix epoch, read once per turn of the loop.</summary>
    public abstract long UnixMicros { get; }

    public abstract LoopRandom Random { get; }

    /// <summary>Arms a timer; a timer that is armed already is moved. Resolution is one millisecond.</summary>
    public abstract void Arm(LoopTimer timer, long delayMicros);

    /// <summary>Disarms a timer; harmless when it is not armed.</summary>
    public abstract void Disarm(LoopTimer timer);

    /// <summary>Runs a task on this loop. The only member that other threads may call.</summary>
    public abstract void Post(LoopTask task);

    /// <summary>Runs a task at the end of the current turn, before the loop sleeps; used to destroy what is on the stack.</summary>
    public abstract void Defer(LoopTask task);

    /// <summary>Starts a connection. The outcome arrives at the handler, never inside this call.</summary>
    public abstract Connection Connect(in SocketAddress remote, in ConnectOptions options, ConnectionHandler handler);

    /// <summary>Opens a listening socket, or adopts the descriptor that <paramref name="options"/> carries.</summary>
    /// <exception cref="System.IO.IOException">The address cannot be bound; only at configuration time, never on the request path.</exception>
    public abstract ListenSocket Listen(in SocketAddress address, in ListenOptions options, AcceptHandler handler);
}
