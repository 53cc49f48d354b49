namespace Lateen.Engine.Loop;

using Lateen.Engine.Native;
using Lateen.Engine.Transport;

/// <summary>
/// The event loop of one worker on Linux io_uring. A turn makes one system call: it submits what the last turn wants to send, receive
/// or open, and waits for what is done.
/// </summary>
public sealed class UringLoop : SocketLoop
{
    // A loop that stops gives the kernel so many short waits to let go of what it still works on.
    private const int MaxFarewellTurns = 100;
    private const long FarewellWaitMicros = 10_000;

    // What is begun is finished before something new is begun, for the reason that EpollLoop gives.
    private const int RequestsPerTurn = 32;

    // IO_LOCAL_TW_DEFAULT_MAX of the kernel (6.13 and later); older ones have no limit.
    private const uint KernelTasksPerCall = 20;
    private const int MaxCallsPerTurn = 16;

    private readonly UringRing _ring;
    private readonly Queue<(UringCompletion Completion, int Offset)> _requests = new(1024);
    private readonly Queue<int> _starved = new();
    private readonly WakeEvent _wake = new(blocking: true);
    private readonly Stack<int> _freeSlots = new();
    private readonly List<UringConnection> _inlineSends = [];
    private IUringSource?[] _sources = new IUringSource?[256];
    private int _usedSlots;
    private bool _began;
    private bool _ended;
    private bool _disposed;

    internal UringLoop(UringRing ring, int workerIndex, ulong seed, LoopOptions? options)
        : base(workerIndex, seed, options)
    {
        _ring = ring;
        Submissions = new UringSubmissions(ring);
    }

    public override string Backend => "io_uring";

    internal UringSubmissions Submissions { get; }

    private protected override bool BlockingSockets => true;

    public override void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        Volatile.Write(ref _disposed, true);
        _ring.Dispose();
        Submissions.Dispose();
        _wake.Dispose();
        base.Dispose();
    }

    /// <summary>A number for the operations of a source, valid until <see cref="Unregister"/>.</summary>
    internal int Register(IUringSource source)
    {
        if (!_freeSlots.TryPop(out int slot))
        {
            slot = _usedSlots++;
            if (slot == _sources.Length)
            {
                Array.Resize(ref _sources, slot * 2);
            }
        }

        _sources[slot] = source;
        return slot;
    }

    /// <summary>Only when none of the source's operations is under way, so that no completion can meet the next owner.</summary>
    internal void Unregister(int slot)
    {
        _sources[slot] = null;
        _freeSlots.Push(slot);
    }

    /// <summary>A receive found no free buffer; it is started again, at once when it reads answers, else when its turn comes.</summary>
    internal void AddStarved(int slot, bool first)
    {
        if (first)
        {
            _sources[slot]?.OnBuffersFree();
        }
        else
        {
            _starved.Enqueue(slot);
        }
    }

    /// <summary>The connection has an inline send in the queue; it is told after the next system call how that went.</summary>
    internal void AddInlineSend(UringConnection connection) => _inlineSends.Add(connection);

    internal void Accepted(int fd, bool transparent, AcceptHandler handler)
    {
        SocketAddress peer = NativeSocket.PeerAddress(fd);
        if (peer.IsNone)
        {
            // Reset before it was accepted.
            NativeSocket.Close(fd);
            return;
        }

        Stats.Accepted++;
        Stats.OpenSockets++;
        var connection = new UringConnection(this, peer, fd, transparent);
        Offer(connection, handler);
        connection.StartReceiving();
    }

    private protected override void Begin()
    {
        _ring.Enable();
        _began = true;
        Submissions.AwaitWake(_wake.Descriptor);
    }

    private protected override BufferedConnection StartConnect(
        in SocketAddress remote, int fd, int errno, in ConnectOptions options, ConnectionHandler handler)
    {
        var connection = new UringConnection(this, handler, remote, fd);
        if (errno == 0)
        {
            connection.StartConnecting();
        }
        else
        {
            connection.OnConnectFailed(SocketSetup.FailureOf(errno));
        }

        return connection;
    }

    private protected override ListenSocket StartListening(int fd, bool adopted, in ListenOptions options, AcceptHandler handler)
    {
        Stats.OpenSockets++;
        return new UringListenSocket(this, fd, handler, options.Transparent, adopted);
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
        ProcessCompletions(SendsAreAwaited() ? 0 : WaitMicros());
        RunMailbox();
        FinishTurn();
    }

    private protected override void CloseEverything()
    {
        if (!_began || _ended)
        {
            return;
        }

        _ended = true;
        for (int i = 0; i < _usedSlots; i++)
        {
            _sources[i]?.Shutdown();
        }

        FinishTurn();
        for (int i = 0; i < MaxFarewellTurns && _freeSlots.Count < _usedSlots; i++)
        {
            ProcessCompletions(SendsAreAwaited() ? 0 : FarewellWaitMicros);
            FinishTurn();
        }
    }

    private void ProcessCompletions(long waitMicros)
    {
        Gather(_requests.Count + _starved.Count > 0 ? 0 : waitMicros);
        SetClock();

        // A send that failed has completed by now; the others, up to here, succeeded.
        bool overflowed = _ring.HasOverflowed;
        int sent = _ring.IsSettled ? _inlineSends.Count : 0;
        Stats.CompletionOverflows += overflowed ? 1 : 0;
        Stats.FullSubmissions = _ring.FullSubmissions;
        for (uint ready = _ring.Ready; ready > 0; ready--)
        {
            UringCompletion completion = _ring.Take();
            if (completion.Operation is UringOperation.Wake)
            {
                Submissions.AwaitWake(_wake.Descriptor);
            }
            else if (completion.Operation is UringOperation.ReceiveAccepted)
            {
                _requests.Enqueue((completion, _ring.Buffers.Locate(completion)));
            }
            else
            {
                Deliver(completion, _ring.Buffers.Locate(completion));
            }
        }

        CompleteInlineSends(sent);
        for (int share = RequestsPerTurn; share > 0 && _requests.TryDequeue(out (UringCompletion Completion, int Offset) one); share--)
        {
            Deliver(one.Completion, one.Offset);
        }

        FeedStarved();
    }

    // The kernel runs a limited number of its tasks in one call; the rest is fetched before anything is done, so that answers come first.
    private void Gather(long waitMicros)
    {
        uint before = 0;
        for (int i = 0; i < MaxCallsPerTurn; i++)
        {
            int result = _ring.Enter(i == 0 ? waitMicros : 0);
            if (result < 0 && !IsTransient(-result))
            {
                Environment.FailFast($"io_uring_enter failed with errno {-result} on worker {WorkerIndex}");
            }

            uint ready = _ring.Ready;
            if (ready - before < KernelTasksPerCall)
            {
                return;
            }

            before = ready;
        }
    }

    private void Deliver(in UringCompletion completion, int offset)
    {
        _sources[completion.Slot]?.OnCompleted(completion, _ring.Buffers.Bytes(completion, offset));
        _ring.Buffers.Release(completion);
    }

    // A few in each turn: all of them at once would only compete for the same buffers.
    private void FeedStarved()
    {
        for (int share = RequestsPerTurn; share > 0 && _starved.TryDequeue(out int slot); share--)
        {
            _sources[slot]?.OnBuffersFree();
        }
    }

    private void CompleteInlineSends(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _inlineSends[i].OnInlineSendOver();
        }

        _inlineSends.RemoveRange(0, count);
    }

    // Sends that succeed complete nothing that would end the wait.
    private bool SendsAreAwaited()
    {
        foreach (UringConnection connection in _inlineSends)
        {
            if (connection.AwaitsInlineSend)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsTransient(int errno) =>
        errno is Errno.TimerExpired or Errno.Interrupted or Errno.WouldBlock or Errno.Busy;
}
