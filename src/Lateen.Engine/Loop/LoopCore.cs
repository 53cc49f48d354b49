namespace Lateen.Engine.Loop;

using Lateen.Engine.Buffers;
using Lateen.Engine.Native;
using Lateen.Engine.Transport;

/// <summary>
/// What the real and the simulated loop share, so that a simulation runs the same code: timers, the mailbox, and the order of a turn
/// (events, tasks, timers, then writes and closes).
/// </summary>
public abstract class LoopCore : EventLoop, IDisposable
{
    private const int ScratchBytes = 64 * 1024;

    // A turn that keeps producing work for its own end gives way to the sockets after so many rounds.
    private const int MaxEndRounds = 32;

    private readonly WorkList<LoopTask> _deferred = new();
    private readonly WorkList<BufferedConnection> _toFlush = new();
    private readonly WorkList<BufferedConnection> _toClose = new();
    private readonly WorkList<BufferedConnection> _toRead = new();
    private readonly Mailbox _mailbox = new();
    private readonly TimerWheel _timers;
    private OpenSslPipe? _tlsPipe;
    private long _nowMicros;
    private long _unixMicros;

    private protected LoopCore(int workerIndex, ulong seed, LoopOptions options, long nowMicros, long unixMicros)
    {
        WorkerIndex = workerIndex;
        Random = new LoopRandom(seed);
        Options = options;
        Buffers = new SlabPool(options.BufferLimitBytes, options.CachedBufferBytes);
        _nowMicros = nowMicros;
        _unixMicros = unixMicros;
        _timers = new TimerWheel(nowMicros);
    }

    public override int WorkerIndex { get; }

    public override long NowMicros => _nowMicros;

    public override long UnixMicros => _unixMicros;

    public override LoopRandom Random { get; }

    public LoopOptions Options { get; }

    public LoopStats Stats { get; } = new();

    /// <summary>The same of TLS: handshakes are its connections, and bytes are plaintext.</summary>
    public LoopStats TlsStats { get; } = new();

    /// <summary>The loop's native buffers.</summary>
    public SlabPool Buffers { get; }

    /// <summary>Timers armed now.</summary>
    public int ArmedTimers => _timers.Count;

    // Fresh input is read here and consumed in place; one per loop, whatever the number of connections.
    internal byte[] Scratch { get; } = GC.AllocateUninitializedArray<byte>(ScratchBytes, pinned: true);

    internal OpenSslPipe TlsPipe => _tlsPipe ??= new OpenSslPipe();

    internal bool HasWork =>
        _toRead.Count > 0 || _toFlush.Count > 0 || _toClose.Count > 0 || _deferred.Count > 0 || !_mailbox.IsEmpty;

    internal long NextTimerMicros => _timers.NextWakeMicros();

    public override void Arm(LoopTimer timer, long delayMicros) => _timers.Arm(timer, _nowMicros + Math.Max(0, delayMicros));

    public override void Disarm(LoopTimer timer) => _timers.Disarm(timer);

    public override void Defer(LoopTask task) => _deferred.Add(task);

    public override void Post(LoopTask task)
    {
        if (_mailbox.Add(task))
        {
            Wake();
        }
    }

    public virtual void Dispose()
    {
        _tlsPipe?.Dispose();
        Buffers.Dispose();
        GC.SuppressFinalize(this);
    }

    internal void RequestFlush(BufferedConnection connection) => _toFlush.Add(connection);

    internal void RequestClose(BufferedConnection connection) => _toClose.Add(connection);

    internal void RequestRead(BufferedConnection connection) => _toRead.Add(connection);

    internal void OnHandlerFault(BufferedConnection connection, Exception fault)
    {
        Stats.HandlerFaults++;
        if (Options.HandlerFault is not { } report)
        {
            Environment.FailFast("A connection handler threw on worker " + WorkerIndex, fault);
            return;
        }

        report(fault);
        connection.Abandon();
    }

    private protected abstract void Wake();

    private protected void SetClock(long nowMicros, long unixMicros)
    {
        _nowMicros = nowMicros;
        _unixMicros = unixMicros;
    }

    private protected void RunMailbox() => _mailbox.RunAll(this);

    /// <summary>Everything of a turn that is not a socket event.</summary>
    private protected void FinishTurn()
    {
        Stats.Turns++;
        foreach (BufferedConnection connection in _toRead.Take())
        {
            connection.ContinueReading();
        }

        _timers.Fire(_nowMicros);
        for (int round = 0; round < MaxEndRounds && (_deferred.Count | _toFlush.Count | _toClose.Count) != 0; round++)
        {
            foreach (LoopTask task in _deferred.Take())
            {
                task.Run(this);
            }

            // Writes go before closes, so that a local reply followed by a close is on its way.
            foreach (BufferedConnection connection in _toFlush.Take())
            {
                connection.FlushAtEndOfTurn();
            }

            foreach (BufferedConnection connection in _toClose.Take())
            {
                connection.FinishClose();
            }
        }
    }
}
