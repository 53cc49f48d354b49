namespace Lateen.Engine.Loop;

using System.Diagnostics;
using Lateen.Engine.Native;
using Lateen.Engine.Transport;

/// <summary>The event loop of one worker on Linux epoll, edge-triggered. <see cref="Run"/> occupies the calling thread until stopped.</summary>
public sealed class EpollLoop : LoopCore
{
    private const int DefaultBacklog = 4096;
    private const uint WakeGeneration = 0;
    private const uint ConnectionEvents = EpollSet.In | EpollSet.Out | EpollSet.ReadHangup | EpollSet.EdgeTriggered;

    private readonly EpollSet _epoll = new();
    private readonly WakeEvent _wake = new();
    private IEpollSource?[] _sources = new IEpollSource?[256];
    private uint[] _generations = new uint[256];
    private uint _lastGeneration = WakeGeneration;
    private bool _stopping;
    private bool _disposed;

    public EpollLoop(int workerIndex = 0, ulong seed = 0, LoopOptions? options = null)
        : base(
            workerIndex,
            seed == 0 ? (ulong)Stopwatch.GetTimestamp() : seed,
            options ?? LoopOptions.Default,
            MonotonicMicros(),
            WallMicros())
    {
        _epoll.Add(_wake.Descriptor, WakeGeneration, EpollSet.In | EpollSet.EdgeTriggered);
    }

    /// <summary>Turns until <see cref="RequestStop"/>; then every socket is closed.</summary>
    public void Run()
    {
        while (!Volatile.Read(ref _stopping))
        {
            Turn(WaitMs());
        }

        CloseEverything();
    }

    /// <summary>Makes <see cref="Run"/> return soon; any thread may call it.</summary>
    public void RequestStop()
    {
        Volatile.Write(ref _stopping, true);
        _wake.Signal();
    }

    public override Connection Connect(in SocketAddress remote, in ConnectOptions options, ConnectionHandler handler)
    {
        int fd = NativeSocket.Create(remote);
        var connection = new EpollConnection(this, handler, remote, fd);
        if (fd < 0)
        {
            connection.OnConnectFailed(FailureOf(-fd));
            return connection;
        }

        Stats.OpenSockets++;
        int errno = Prepare(fd, options);
        errno = errno == 0 ? Register(fd, connection, ConnectionEvents, out _) : errno;
        errno = errno == 0 ? -NativeSocket.Connect(fd, remote) : errno;
        if (errno is 0 or Errno.InProgress)
        {
            connection.StartConnectTimeout(options.TimeoutMicros);
        }
        else
        {
            connection.OnConnectFailed(FailureOf(errno));
        }

        return connection;
    }

    public override ListenSocket Listen(in SocketAddress address, in ListenOptions options, AcceptHandler handler)
    {
        int fd = options.AdoptDescriptor > 0 ? Adopt(options.AdoptDescriptor) : OpenListener(address, options);
        NativeSocket.SetNoDelay(fd);
        var listener = new EpollListenSocket(this, fd, handler, options.Transparent);
        listener.Start();
        return listener;
    }

    public override void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        Volatile.Write(ref _disposed, true);
        CloseEverything();
        _wake.Dispose();
        _epoll.Dispose();
        base.Dispose();
    }

    internal static ConnectFailure FailureOf(int errno) => errno switch
    {
        Errno.ConnectionRefused or Errno.ConnectionReset => ConnectFailure.Refused,
        Errno.NetworkUnreachable or Errno.HostUnreachable => ConnectFailure.Unreachable,
        Errno.TimedOut => ConnectFailure.TimedOut,
        Errno.AddressNotAvailable or Errno.AddressInUse or Errno.WouldBlock => ConnectFailure.NoLocalAddress,
        Errno.TooManyFiles or Errno.TooManyFilesInSystem or Errno.NoBuffers or Errno.OutOfMemory => ConnectFailure.OutOfDescriptors,
        _ => ConnectFailure.Other,
    };

    internal int Register(int fd, IEpollSource source, uint events, out uint generation)
    {
        if (fd >= _sources.Length)
        {
            int length = Math.Max(fd + 1, _sources.Length * 2);
            Array.Resize(ref _sources, length);
            Array.Resize(ref _generations, length);
        }

        generation = ++_lastGeneration == WakeGeneration ? ++_lastGeneration : _lastGeneration;
        _sources[fd] = source;
        _generations[fd] = generation;
        return -_epoll.Add(fd, generation, events);
    }

    internal void Accepted(int fd, in SocketAddress peer, bool transparent, AcceptHandler handler)
    {
        var connection = new EpollConnection(this, peer, fd, transparent);
        Stats.Accepted++;
        Stats.OpenSockets++;
        if (Register(fd, connection, ConnectionEvents, out _) != 0)
        {
            connection.Close(CloseMode.Reset);
            return;
        }

        handler.OnAccepted(connection);
        if (connection.Handler == UnassignedHandler.Instance)
        {
            connection.Close(CloseMode.NoFlush);
        }
    }

    /// <summary>Stops watching a descriptor without closing it.</summary>
    internal void Unwatch(int fd)
    {
        _sources[fd] = null;
        _epoll.Remove(fd);
    }

    internal void CloseDescriptor(int fd, bool reset)
    {
        _sources[fd] = null;
        Stats.OpenSockets--;
        if (reset)
        {
            NativeSocket.AbortOnClose(fd);
        }

        NativeSocket.Close(fd);
    }

    private protected override void Wake()
    {
        // After the end nobody reads the mailbox, and the descriptor's number may be somebody else's.
        if (!Volatile.Read(ref _disposed))
        {
            _wake.Signal();
        }
    }

    private static long MonotonicMicros() => (long)(Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000.0));

    private static long WallMicros() => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private void Turn(int waitMs)
    {
        int count = _epoll.Wait(waitMs);
        SetClock(MonotonicMicros(), WallMicros());
        if (count < 0)
        {
            if (count != -Errno.Interrupted)
            {
                Environment.FailFast($"epoll_wait failed with errno {-count} on worker {WorkerIndex}");
            }

            count = 0;
        }

        for (int i = 0; i < count; i++)
        {
            int fd = _epoll.DescriptorAt(i);
            uint generation = _epoll.GenerationAt(i);
            if (generation == WakeGeneration)
            {
                _wake.Clear();
            }
            else if (_generations[fd] == generation)
            {
                // A descriptor closed and re-used since epoll_wait has another generation, so a stale event finds nobody.
                _sources[fd]?.OnReady(_epoll.EventsAt(i));
            }
        }

        RunMailbox();
        FinishTurn();
    }

    private int WaitMs()
    {
        if (HasWork)
        {
            return 0;
        }

        long wake = NextTimerMicros;
        if (wake == long.MaxValue)
        {
            return -1;
        }

        // The clock of the turn is a little old by now; a fresh one keeps timers from firing late.
        long delay = wake - MonotonicMicros();
        return delay <= 0 ? 0 : (int)Math.Min((delay + 999) / 1000, int.MaxValue);
    }

    private static int Prepare(int fd, in ConnectOptions options)
    {
        NativeSocket.SetNoDelay(fd);
        if (options.Mark != 0 && NativeSocket.SetMark(fd, options.Mark) is < 0 and int markError)
        {
            return -markError;
        }

        if (options.KeepAlive)
        {
            NativeSocket.SetKeepAlive(
                fd, options.KeepAliveIdleSeconds, options.KeepAliveIntervalSeconds, options.KeepAliveProbes);
        }

        if (options.BindAddress.IsNone)
        {
            return 0;
        }

        if (options.BindAddress.Port == 0)
        {
            NativeSocket.SetBindAddressNoPort(fd);
        }

        // A source of the other family fails with EINVAL or EAFNOSUPPORT: there is no local address for this peer.
        return NativeSocket.Bind(fd, options.BindAddress) < 0 ? Errno.AddressNotAvailable : 0;
    }

    private static int Adopt(int fd)
    {
        // A copy: the listener may be removed and come back, and then the given descriptor must still be open.
        int copy = NativeSocket.Duplicate(fd);
        if (copy < 0 || NativeSocket.SetNonBlocking(copy) < 0)
        {
            throw new IOException($"Descriptor {fd} given for a listener is not open; check LATEEN_LISTEN_FDS.");
        }

        return copy;
    }

    private static int OpenListener(in SocketAddress address, in ListenOptions options)
    {
        int fd = NativeSocket.Create(address);
        if (fd < 0)
        {
            throw new IOException($"No socket for listener {address}: errno {-fd}.");
        }

        int error = NativeSocket.SetReuseAddress(fd);
        error = error == 0 && options.ReusePort ? NativeSocket.SetReusePort(fd) : error;
        error = error == 0 && address.IsV6 ? NativeSocket.SetIpv6Only(fd) : error;
        error = error == 0 && options.Transparent ? NativeSocket.SetTransparent(fd, address.IsV6) : error;
        error = error == 0 ? NativeSocket.Bind(fd, address) : error;
        error = error == 0 ? NativeSocket.Listen(fd, options.Backlog > 0 ? options.Backlog : DefaultBacklog) : error;
        if (error < 0)
        {
            NativeSocket.Close(fd);
            string why = -error switch
            {
                Errno.AddressInUse => "the address is in use by another process",
                Errno.AccessDenied => "permission denied; ports below 1024 need CAP_NET_BIND_SERVICE",
                Errno.AddressNotAvailable => "this host does not have the address",
                _ => $"errno {-error}",
            };
            throw new IOException($"Cannot listen on {address}: {why}.");
        }

        return fd;
    }

    private void CloseEverything()
    {
        foreach (IEpollSource? source in _sources)
        {
            source?.Shutdown();
        }

        FinishTurn();
    }
}
