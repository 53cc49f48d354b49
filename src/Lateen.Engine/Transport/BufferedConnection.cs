namespace Lateen.Engine.Transport;

using Lateen.Engine.Buffers;
using Lateen.Engine.Loop;

/// <summary>
/// The life of a connection above any transport: gathered writes, retained input, back-pressure, half-close, lingering close. The
/// handler is called on events and at the end of a turn only, with one exception: OnWriteBlocked comes from inside Write.
/// </summary>
internal abstract partial class BufferedConnection(
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

    protected LoopCore Core => loop;

    internal bool IsConnecting => _state is ConnectionState.Connecting;

    internal bool IsReleased => _state is ConnectionState.Released;

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

    private void RestartLinger(bool progress)
    {
        if (progress && _state is ConnectionState.Lingering && _timer is not null)
        {
            loop.Arm(_timer, loop.Options.LingerMicros);
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
