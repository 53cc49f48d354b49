namespace Lateen.Engine.Transport;

using Lateen.Engine.Buffers;
using Lateen.Engine.Loop;

/// <summary>
/// The life of a connection above any transport: gathered writes, retained input, back-pressure, half-close, lingering close. The
/// handler is called on events and at the end of a turn only, with one exception: OnWriteBlocked comes from inside Write.
/// </summary>
internal abstract class BufferedConnection(
    LoopCore loop, ConnectionHandler handler, SocketAddress remote, bool connecting, LoopStats? stats = null) : Connection
{
    // From this size on, a write to an empty queue goes to the transport directly and saves the copy.
    private const int DirectWriteBytes = 16 * 1024;

    // A layer above a socket counts apart, so that nothing is counted twice.
    private readonly LoopStats _stats = stats ?? loop.Stats;
    private ConnectionHandler _handler = handler;
    private OutputQueue _output;
    private RetainedInput _retained;
    private ConnectionTimer? _timer;
    private ConnectionState _state = connecting ? ConnectionState.Connecting : ConnectionState.Open;
    private CloseReason _closeReason;
    private ConnectFailure? _connectFailure;
    private bool _resetOnClose;
    private bool _readPaused;
    private bool _redeliver;
    private bool _endOfStream;
    private bool _finQueued;
    private bool _finSent;
    private bool _blocked;
    private bool _flushQueued;
    private bool _readQueued;
    private bool _delivering;

    public sealed override EventLoop Loop => loop;

    public sealed override ConnectionHandler Handler
    {
        get => _handler;
        set
        {
            // What the last handler left unconsumed belongs to the next: protocol detection relies on it.
            _handler = value;
            if (_state is ConnectionState.Open)
            {
                _redeliver = true;
                QueueRead();
            }
        }
    }

    public sealed override SocketAddress RemoteAddress => remote;

    public sealed override bool IsOpen => _state <= ConnectionState.Open;

    public sealed override int PendingWriteBytes => _output.Length;

    public sealed override int WriteLimitBytes { get; set; } = loop.Options.WriteLimitBytes;

    protected LoopCore Core => loop;

    // Where fresh input goes; a layer above another connection must not overwrite what it reads from.
    private protected virtual Span<byte> ReadTarget => loop.Scratch;

    internal bool IsConnecting => _state is ConnectionState.Connecting;

    internal bool IsReleased => _state is ConnectionState.Released;

    // Set by the transport when bytes (or an end, or an error) may be waiting; cleared when it has none left.
    private protected bool Readable { get; set; }

    // Set when the transport takes bytes; cleared when it is full.
    private protected bool Writable { get; set; }

    public sealed override void Write(ReadOnlySpan<byte> bytes)
    {
        if (!IsOpen || _finQueued || bytes.IsEmpty)
        {
            return;
        }

        if (bytes.Length >= DirectWriteBytes && _output.IsEmpty && _state is ConnectionState.Open && Writable)
        {
            Count(Send(bytes, out int taken), taken);
            bytes = bytes[taken..];
        }

        if (!_output.TryAppend(loop.Buffers, bytes))
        {
            _stats.BufferOverflows++;
            BeginClose(CloseReason.Error, reset: true);
            return;
        }

        QueueFlush();
        if (_output.Length > WriteLimitBytes && !_blocked)
        {
            FlushOutput();
            if (_output.Length > WriteLimitBytes && IsOpen)
            {
                _blocked = true;
                Handler.OnWriteBlocked(this);
            }
        }
    }

    public sealed override void PauseReading() => _readPaused = true;

    public sealed override void ResumeReading()
    {
        if (_readPaused)
        {
            _readPaused = false;
            _redeliver = true;
            QueueRead();
        }
    }

    public sealed override void ShutdownWrite()
    {
        if (IsOpen && !_finQueued)
        {
            _finQueued = true;
            QueueFlush();
        }
    }

    public sealed override void Close(CloseMode mode)
    {
        if (!IsOpen)
        {
            return;
        }

        CloseReason reason = _endOfStream ? CloseReason.RemoteClosed : CloseReason.Local;
        if (mode is CloseMode.Flush && _state is ConnectionState.Open)
        {
            _closeReason = reason;
            _finQueued = true;
            _state = ConnectionState.Flushing;
            loop.RequestClose(this);
            QueueFlush();
            return;
        }

        BeginClose(reason, mode is CloseMode.Reset);
    }

    internal void OnConnectFinished()
    {
        _state = ConnectionState.Open;
        Writable = true;
        _timer?.Stop();
        _stats.Connected++;
        QueueFlush();
        HandlerCalls.Connected(loop, this);
    }

    internal void OnConnectFailed(ConnectFailure failure)
    {
        if (_state is not ConnectionState.Connecting)
        {
            return;
        }

        _connectFailure = failure;
        _stats.ConnectFailures++;
        BeginClose(CloseReason.Error, reset: false);
    }

    internal void StartConnectTimeout(long timeoutMicros)
    {
        if (timeoutMicros > 0 && _state is ConnectionState.Connecting)
        {
            _timer = new ConnectionTimer(this, loop);
            loop.Arm(_timer, timeoutMicros);
        }
    }

    internal void OnTimeout()
    {
        if (_state is ConnectionState.Connecting)
        {
            OnConnectFailed(ConnectFailure.TimedOut);
        }
        else if (_state is ConnectionState.Lingering)
        {
            Release();
        }
    }

    /// <summary>A handler of this connection threw: nothing it would still say can be trusted.</summary>
    internal void Abandon()
    {
        if (IsOpen)
        {
            BeginClose(CloseReason.Error, reset: true);
        }
    }

    /// <summary>The loop stops: the transport is closed and the handler told in the loop's last turn.</summary>
    internal void ForceRelease()
    {
        if (_state is ConnectionState.Lingering)
        {
            Release();
        }
        else if (IsOpen || _state is ConnectionState.Flushing)
        {
            BeginClose(CloseReason.Local, reset: false);
        }
    }

    internal void ContinueReading()
    {
        _readQueued = false;
        ReadAvailable();
        ResumeReceiving();
    }

    /// <summary>Reads until the transport has no more, the handler pauses, or the turn's share is used up.</summary>
    internal void ReadAvailable()
    {
        if (_delivering || _state is ConnectionState.Connecting)
        {
            return;
        }

        if (_redeliver && !_readPaused && _state is ConnectionState.Open)
        {
            _redeliver = false;
            DeliverRetained();
        }

        int budget = loop.Options.ReadBudgetBytes;
        while (Readable && budget > 0 && !_endOfStream && (_state is ConnectionState.Lingering || MayDeliver))
        {
            budget -= ReadOnce();
        }

        if (Readable && !_endOfStream && (_state is ConnectionState.Lingering || MayDeliver))
        {
            QueueRead();
        }
    }

    internal void FlushNow()
    {
        if (_state is ConnectionState.Open or ConnectionState.Flushing or ConnectionState.Lingering)
        {
            FlushOutput();
            NotifyDrained();
        }
    }

    internal void FlushAtEndOfTurn()
    {
        _flushQueued = false;
        FlushNow();
    }

    /// <summary>Tells the handler that the connection is gone and lets go of it; the transport may still be lingering.</summary>
    internal void FinishClose()
    {
        ConnectionHandler last = _handler;
        _handler = UnassignedHandler.Instance;
        if (_state is ConnectionState.Flushing)
        {
            _state = ConnectionState.Lingering;
            _readPaused = false;
            _retained.Clear(loop.Buffers);
            _timer ??= new ConnectionTimer(this, loop);
            loop.Arm(_timer, loop.Options.LingerMicros);
            QueueRead();
            ReleaseWhenDone();
        }
        else if (_state is ConnectionState.Closing)
        {
            Release();
        }

        _stats.Closed++;
        HandlerCalls.Closed(loop, this, last, _closeReason, _connectFailure);
    }

    /// <summary>Receives into <paramref name="target"/>; clears <see cref="Readable"/> when nothing is left.</summary>
    private protected abstract TransferStatus Receive(Span<byte> target, out int count);

    /// <summary>Sends what the transport takes; clears <see cref="Writable"/> when it is full.</summary>
    private protected abstract TransferStatus Send(ReadOnlySpan<byte> source, out int count);

    /// <summary>Sends the front of the queue. A transport that completes later borrows it, says so, and clears <see cref="Writable"/>.</summary>
    private protected virtual TransferStatus SendQueued(in OutputQueue queue, out int count) => Send(queue.First, out count);

    /// <summary>True while the transport still reads the queue's slabs.</summary>
    private protected virtual bool OutputIsLent => false;

    /// <summary>Reading may go on; for a transport that has to ask for bytes.</summary>
    private protected virtual void ResumeReceiving()
    {
    }

    private protected abstract void SendFin();

    /// <summary>Closes the transport, with RST when asked to.</summary>
    private protected abstract void ReleaseTransport(bool reset);

    /// <summary>The peer reset the connection, noticed outside a transfer.</summary>
    private protected void OnTransportReset(CloseReason reason)
    {
        if (_state is ConnectionState.Lingering)
        {
            Release();
        }
        else if (IsOpen || _state is ConnectionState.Flushing)
        {
            BeginClose(reason, reset: false);
        }
    }

    private protected bool Ended => _endOfStream;

    /// <summary>Bytes that the transport received unasked, in memory of its own: delivered in place, kept while reading is paused.</summary>
    private protected void OnReceived(ReadOnlySpan<byte> bytes)
    {
        _stats.BytesReceived += bytes.Length;
        if (_retained.IsEmpty && !_readPaused)
        {
            _redeliver = false;
            Received(bytes);
        }
        else if (_state is ConnectionState.Open)
        {
            Keep(bytes);
        }
    }

    /// <summary>The transport is done with the bytes that it borrowed, and sent so many of them.</summary>
    private protected void OnSent(int count)
    {
        _stats.BytesSent += count;
        _output.Consume(loop.Buffers, count);
        if (_state is ConnectionState.Released)
        {
            _output.Clear(loop.Buffers);
            return;
        }

        Writable = true;
        RestartLinger(count > 0);
        FlushNow();
    }

    /// <summary>Input is wanted now.</summary>
    private protected bool WantsInput => _state is ConnectionState.Lingering || MayDeliver;

    /// <summary>What is queued is the end of it.</summary>
    private protected bool FinishesWriting => _finQueued;

    private protected int RetainedBytes => _retained.Length;

    /// <summary>Something waits for the end of a send: more bytes, a FIN, a producer, or the close.</summary>
    private protected bool AwaitsSend(int lentBytes) =>
        _blocked || (_finQueued && !_finSent) || _output.Length > lentBytes || _state > ConnectionState.Open;

    private bool MayDeliver => _state is ConnectionState.Open && !_readPaused;

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (!_retained.TryAppend(loop.Buffers, bytes))
        {
            _stats.BufferOverflows++;
            BeginClose(CloseReason.Error, reset: true);
        }
        else if (!_readPaused)
        {
            _redeliver = false;
            DeliverRetained();
        }
    }

    private int ReadOnce()
    {
        Span<byte> target = _retained.IsEmpty ? ReadTarget : _retained.Room(loop.Buffers);
        if (target.IsEmpty)
        {
            // A handler that keeps four megabytes without consuming any of it has no limit of its own; that is its fault.
            _stats.BufferOverflows++;
            BeginClose(CloseReason.Error, reset: true);
            return 0;
        }

        TransferStatus status = Receive(target, out int count);
        switch (status)
        {
            case TransferStatus.Done:
                _stats.BytesReceived += count;
                Received(target[..count]);
                return count;
            case TransferStatus.WouldBlock:
                return 0;
            case TransferStatus.EndOfStream:
                OnEndOfTransport();
                return 0;
            default:
                OnTransportReset(ReasonOf(status));
                return 0;
        }
    }

    private void Received(ReadOnlySpan<byte> bytes)
    {
        if (_state is not ConnectionState.Open)
        {
            return;
        }

        if (!_retained.IsEmpty)
        {
            _retained.Received(bytes.Length);
            DeliverRetained();
            return;
        }

        int consumed = Deliver(bytes);
        if (consumed < bytes.Length && IsOpen && !_retained.TryKeep(loop.Buffers, bytes[consumed..]))
        {
            _stats.BufferOverflows++;
            BeginClose(CloseReason.Error, reset: true);
        }
    }

    private void DeliverRetained()
    {
        if (_retained.IsEmpty)
        {
            return;
        }

        int consumed = Deliver(_retained.Bytes);
        _retained.Consume(loop.Buffers, consumed);
    }

    private int Deliver(ReadOnlySpan<byte> bytes)
    {
        _delivering = true;
        int consumed = HandlerCalls.Data(loop, this, bytes);
        _delivering = false;
        return consumed;
    }

    private void OnEndOfTransport()
    {
        _endOfStream = true;
        Readable = false;
        if (_state is ConnectionState.Lingering)
        {
            ReleaseWhenDone();
            return;
        }

        HandlerCalls.EndOfStream(loop, this);
    }

    private void FlushOutput()
    {
        if (_state is ConnectionState.Connecting)
        {
            return;
        }

        bool progress = false;
        while (!_output.IsEmpty && Writable)
        {
            TransferStatus status = Count(SendQueued(_output, out int taken), taken);
            _output.Consume(loop.Buffers, taken);
            progress |= taken > 0;
            if (status is not (TransferStatus.Done or TransferStatus.WouldBlock))
            {
                return;
            }
        }

        if (_output.IsEmpty && _finQueued && !_finSent)
        {
            _finSent = true;
            SendFin();
        }

        if (_state is ConnectionState.Lingering)
        {
            RestartLinger(progress);
            ReleaseWhenDone();
        }
    }

    private void RestartLinger(bool progress)
    {
        if (progress && _state is ConnectionState.Lingering && _timer is not null)
        {
            loop.Arm(_timer, loop.Options.LingerMicros);
        }
    }

    private TransferStatus Count(TransferStatus status, int taken)
    {
        _stats.BytesSent += taken;
        if (status is not (TransferStatus.Done or TransferStatus.WouldBlock))
        {
            OnTransportReset(ReasonOf(status));
        }

        return status;
    }

    private void NotifyDrained()
    {
        if (_blocked && _output.Length <= WriteLimitBytes / 2 && IsOpen)
        {
            _blocked = false;
            HandlerCalls.WriteDrained(loop, this);
        }
    }

    private void QueueFlush()
    {
        if (!_flushQueued)
        {
            _flushQueued = true;
            loop.RequestFlush(this);
        }
    }

    private void QueueRead()
    {
        if (!_readQueued)
        {
            _readQueued = true;
            loop.RequestRead(this);
        }
    }

    private void BeginClose(CloseReason reason, bool reset)
    {
        bool announced = _state is ConnectionState.Flushing;
        _state = ConnectionState.Closing;
        _closeReason = reason;
        _resetOnClose = reset;
        if (!announced)
        {
            loop.RequestClose(this);
        }
    }

    // Both directions finished: nothing is left to wait for.
    private void ReleaseWhenDone()
    {
        if (_state is ConnectionState.Lingering && _finSent && _endOfStream)
        {
            Release();
        }
    }

    private void Release()
    {
        if (_state is ConnectionState.Released)
        {
            return;
        }

        _state = ConnectionState.Released;
        _timer?.Stop();
        _retained.Clear(loop.Buffers);
        if (!OutputIsLent)
        {
            _output.Clear(loop.Buffers);
        }

        ReleaseTransport(_resetOnClose);
    }

    private protected static CloseReason ReasonOf(TransferStatus status) => status switch
    {
        TransferStatus.Reset => CloseReason.RemoteReset,
        TransferStatus.TimedOut => CloseReason.Timeout,
        _ => CloseReason.Error,
    };
}
