namespace Lateen.Engine.Loop;

using System.Diagnostics;
using Lateen.Engine.Native;
using Lateen.Engine.Tls;
using Lateen.Engine.Transport;

/// <summary>An event loop on the kernel's sockets. <see cref="Run"/> occupies the calling thread until stopped.</summary>
public abstract class SocketLoop : LoopCore
{
    private bool _stopping;

    private protected SocketLoop(int workerIndex, ulong seed, LoopOptions? options)
        : base(
            workerIndex,
            seed == 0 ? (ulong)Stopwatch.GetTimestamp() : seed,
            options ?? LoopOptions.Default,
            MonotonicMicros(),
            WallMicros())
    {
    }

    /// <summary>Name of the kernel interface: "epoll" or "io_uring".</summary>
    public abstract string Backend { get; }

    /// <summary>Why the loop is not on io_uring though it might have been; null when it is, or was not wanted.</summary>
    public string? FallbackReason { get; private init; }

    // io_uring waits by itself, and only for sockets that are not O_NONBLOCK; epoll needs O_NONBLOCK.
    private protected virtual bool BlockingSockets => false;

    /// <summary>Makes a loop on the back end that the options ask for: io_uring where the kernel allows it, else epoll.</summary>
    /// <exception cref="IOException">io_uring was asked for by name and cannot be used.</exception>
    public static SocketLoop Create(int workerIndex, ulong seed = 0, LoopOptions? options = null)
    {
        LoopBackend backend = (options ?? LoopOptions.Default).Backend;
        if (backend is LoopBackend.Epoll)
        {
            return new EpollLoop(workerIndex, seed, options);
        }

        if (UringRing.TryCreate(out string why) is { } ring)
        {
            return new UringLoop(ring, workerIndex, seed, options);
        }

        return backend is LoopBackend.Auto
            ? new EpollLoop(workerIndex, seed, options) { FallbackReason = why }
            : throw new IOException($"io_uring cannot be used: {why}. Use epoll, or let the proxy choose.");
    }

    /// <summary>Turns until <see cref="RequestStop"/>; then every socket is closed.</summary>
    public void Run()
    {
        Begin();
        while (!Volatile.Read(ref _stopping))
        {
            Turn();
        }

        CloseEverything();
    }

    /// <summary>Makes <see cref="Run"/> return soon; any thread may call it.</summary>
    public void RequestStop()
    {
        Volatile.Write(ref _stopping, true);
        Wake();
    }

    public override Connection Connect(in SocketAddress remote, in ConnectOptions options, ConnectionHandler handler)
    {
        if (options.Tls is { } tls)
        {
            return TlsConnection.Connect(this, remote, options, tls, handler);
        }

        int fd = NativeSocket.Create(remote, BlockingSockets);
        int errno = fd < 0 ? -fd : SocketSetup.Prepare(fd, options);
        Stats.OpenSockets += fd < 0 ? 0 : 1;
        BufferedConnection connection = StartConnect(remote, fd, errno, options, handler);
        connection.StartConnectTimeout(options.TimeoutMicros);
        connection.Write(options.Preface.Span);
        return connection;
    }

    public override ListenSocket Listen(in SocketAddress address, in ListenOptions options, AcceptHandler handler)
    {
        bool adopted = options.AdoptDescriptor > 0;
        int fd = adopted
            ? SocketSetup.Adopt(options.AdoptDescriptor, BlockingSockets)
            : SocketSetup.OpenListener(address, options, BlockingSockets);
        NativeSocket.SetNoDelay(fd);
        return StartListening(fd, adopted, options, handler);
    }

    /// <summary>Closes a socket of this loop, with RST when asked to.</summary>
    internal void CloseSocket(int fd, bool reset)
    {
        Stats.OpenSockets--;
        if (reset)
        {
            NativeSocket.AbortOnClose(fd);
        }

        NativeSocket.Close(fd);
    }

    /// <summary>Hands a new connection to its listener's handler; a connection that nobody takes is closed.</summary>
    internal static void Offer(BufferedConnection connection, AcceptHandler handler)
    {
        handler.OnAccepted(connection);
        if (connection.Handler == UnassignedHandler.Instance)
        {
            connection.Close(CloseMode.NoFlush);
        }
    }

    /// <summary>The loop's own thread has arrived.</summary>
    private protected virtual void Begin()
    {
    }

    private protected abstract void Turn();

    private protected abstract void CloseEverything();

    /// <summary>Starts a connect on a socket, or fails it when <paramref name="errno"/> is not 0.</summary>
    private protected abstract BufferedConnection StartConnect(
        in SocketAddress remote, int fd, int errno, in ConnectOptions options, ConnectionHandler handler);

    private protected abstract ListenSocket StartListening(int fd, bool adopted, in ListenOptions options, AcceptHandler handler);

    private protected void SetClock() => SetClock(MonotonicMicros(), WallMicros());

    /// <summary>How long the loop may sleep; -1 is for ever.</summary>
    private protected long WaitMicros()
    {
        if (HasWork)
        {
            return 0;
        }

        long wake = NextTimerMicros;

        // The clock of the turn is a little old by now; a fresh one keeps timers from firing late.
        return wake == long.MaxValue ? -1 : Math.Max(0, wake - MonotonicMicros());
    }

    private static long MonotonicMicros() => (long)(Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000.0));

    private static long WallMicros() => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
