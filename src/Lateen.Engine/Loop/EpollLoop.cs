namespace Lateen.Engine.Loop;

using Lateen.Engine.Native;
using Lateen.Engine.Transport;

/// <summary>The event loop of one worker on Linux epoll, edge-triggered.</summary>
public sealed class EpollLoop : SocketLoop
{
    private const uint WakeGeneration = 0;

    // Marks the generation of a descriptor that we connected; the others are accepted ones and listeners.
    private const uint ConnectedBit = 1u << 31;

    // What is begun is finished before something new is begun: answers are read in every turn, requests only so many. The streams in
    // flight and their buffers stay in the processor's cache, and few upstream connections serve many downstream ones
    // (bench/run proxy --rows h1-1000: 23.6 µs per request without this, 18.6 with; 8 to 64 make no difference).
    private const int AcceptedPerTurn = 32;

    private const uint ConnectionEvents = EpollSet.In | EpollSet.Out | EpollSet.ReadHangup | EpollSet.EdgeTriggered;

    private readonly EpollSet _epoll = new();
    private readonly WakeEvent _wake = new(blocking: false);
    private IEpollSource?[] _sources = new IEpollSource?[256];
    private uint[] _generations = new uint[256];
    private readonly ReadyQueue _accepted = new();
    private uint _lastGeneration = WakeGeneration;
    private bool _disposed;

    public EpollLoop(int workerIndex = 0, ulong seed = 0, LoopOptions? options = null)
        : base(workerIndex, seed, options)
    {
        _epoll.Add(_wake.Descriptor, WakeGeneration, EpollSet.In | EpollSet.EdgeTriggered);
    }

    public override string Backend => "epoll";

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

    internal int Register(int fd, IEpollSource source, uint events, uint kind = 0)
    {
        if (fd >= _sources.Length)
        {
            int length = Math.Max(fd + 1, _sources.Length * 2);
            Array.Resize(ref _sources, length);
            Array.Resize(ref _generations, length);
        }

        _lastGeneration = (_lastGeneration + 1) & ~ConnectedBit;
        _lastGeneration = _lastGeneration == WakeGeneration ? _lastGeneration + 1 : _lastGeneration;
        uint generation = _lastGeneration | kind;
        _sources[fd] = source;
        _generations[fd] = generation;
        return -_epoll.Add(fd, generation, events);
    }

    internal void Accepted(int fd, in SocketAddress peer, bool transparent, AcceptHandler handler)
    {
        var connection = new EpollConnection(this, peer, fd, transparent);
        Stats.Accepted++;
        Stats.OpenSockets++;
        if (Register(fd, connection, ConnectionEvents) != 0)
        {
            connection.Close(CloseMode.Reset);
            return;
        }

        Offer(connection, handler);
    }

    /// <summary>Stops watching a descriptor without closing it.</summary>
    internal void Unwatch(int fd)
    {
        _sources[fd] = null;
        _epoll.Remove(fd);
    }

    internal void CloseDescriptor(int fd, bool reset)
    {
        // A connect that failed early was never registered.
        if (fd < _sources.Length)
        {
            _sources[fd] = null;
        }

        CloseSocket(fd, reset);
    }

    private protected override BufferedConnection StartConnect(
        in SocketAddress remote, int fd, int errno, in ConnectOptions options, ConnectionHandler handler)
    {
        var connection = new EpollConnection(this, handler, remote, fd);
        errno = errno == 0 ? Register(fd, connection, ConnectionEvents, ConnectedBit) : errno;
        errno = errno == 0 ? -NativeSocket.Connect(fd, remote) : errno;
        if (errno is not (0 or Errno.InProgress))
        {
            connection.OnConnectFailed(SocketSetup.FailureOf(errno));
        }

        return connection;
    }

    private protected override ListenSocket StartListening(int fd, bool adopted, in ListenOptions options, AcceptHandler handler)
    {
        var listener = new EpollListenSocket(this, fd, handler, options.Transparent, adopted);
        listener.Start();
        return listener;
    }

    private protected override void Wake()
    {
        // After the end nobody reads the mailbox, and the descriptor's number may be somebody else's.
        if (!Volatile.Read(ref _disposed))
        {
            _wake.Signal();
        }
    }

    private protected override void Turn()
    {
        int count = _epoll.Wait(WaitMs());
        SetClock();
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
            else if ((generation & ConnectedBit) != 0)
            {
                Notify(fd, generation, _epoll.EventsAt(i));
            }
            else
            {
                _accepted.Add(fd, generation, _epoll.EventsAt(i));
            }
        }

        for (int share = AcceptedPerTurn; share > 0 && _accepted.Count > 0; share--)
        {
            (int fd, uint generation, uint events) = _accepted.Take();
            Notify(fd, generation, events);
        }

        RunMailbox();
        FinishTurn();
    }

    // A descriptor closed and re-used meanwhile has another generation, so a stale event finds nobody.
    private void Notify(int fd, uint generation, uint events)
    {
        if (_generations[fd] == generation && events != 0)
        {
            _sources[fd]?.OnReady(events);
        }
    }

    private int WaitMs() =>
        _accepted.Count > 0 ? 0 : WaitMicros() is >= 0 and long delay ? (int)Math.Min((delay + 999) / 1000, int.MaxValue) : -1;

    private protected override void CloseEverything()
    {
        foreach (IEpollSource? source in _sources)
        {
            source?.Shutdown();
        }

        FinishTurn();
    }
}
