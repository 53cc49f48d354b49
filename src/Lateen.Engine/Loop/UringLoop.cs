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

    private readonly UringRing _ring;
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

    internal UringBuffers ReceiveBuffers => _ring.Buffers;

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
        int result = _ring.Enter(waitMicros);
        SetClock();
        if (result < 0 && !IsTransient(-result))
        {
            Environment.FailFast($"io_uring_enter failed with errno {-result} on worker {WorkerIndex}");
        }

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
            else
            {
                _sources[completion.Slot]?.OnCompleted(completion);
            }
        }

        CompleteInlineSends(sent);
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
