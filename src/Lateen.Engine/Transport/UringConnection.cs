namespace Lateen.Engine.Transport;

using Lateen.Engine.Buffers;
using Lateen.Engine.Loop;
using Lateen.Engine.Native;

/// <summary>
/// A TCP connection of a <see cref="UringLoop"/>. One receive operation stays with the kernel and hands bytes over in the loop's shared
/// buffers; at most one send is under way, straight from the output queue. The socket is closed after the last completion.
/// </summary>
internal sealed class UringConnection : BufferedConnection, IUringSource
{
    // A connection whose reader has paused stops receiving once it has kept so much.
    private const int PausedLimitBytes = 64 * 1024;

    private readonly UringLoop _loop;
    private readonly int _fd;
    private readonly int _slot;
    private readonly bool _transparent;
    private readonly UringOperation _receiveOperation;
    private SocketAddress _local;
    private int _operations;
    private int _lentBytes;
    private SendState _send;
    private bool _socketFull;
    private bool _receiving;
    private bool _receiveCancelled;
    private bool _watching;
    private bool _starved;
    private bool _ended;
    private bool _connected;
    private bool _resetOnClose;
    private bool _closed;

    public UringConnection(UringLoop loop, ConnectionHandler handler, in SocketAddress remote, int fd)
        : base(loop, handler, remote, connecting: true)
    {
        _loop = loop;
        _fd = fd;
        _slot = fd < 0 ? -1 : loop.Register(this);
        _receiveOperation = UringOperation.Receive;
    }

    public UringConnection(UringLoop loop, in SocketAddress peer, int fd, bool transparent)
        : base(loop, UnassignedHandler.Instance, peer, connecting: false)
    {
        _loop = loop;
        _fd = fd;
        _slot = loop.Register(this);
        _transparent = transparent;
        _receiveOperation = UringOperation.ReceiveAccepted;
        _connected = true;
        Writable = true;
    }

    private enum SendState : byte
    {
        None,
        Inline,
        Waiting,
    }

    public override SocketAddress LocalAddress
    {
        get
        {
            if (_local.IsNone && !IsReleased && _fd >= 0)
            {
                _local = NativeSocket.LocalAddress(_fd);
            }

            return _local;
        }
    }

    /// <summary>The inline send's end must not wait for some other event.</summary>
    public bool AwaitsInlineSend => _send is SendState.Inline && AwaitsSend(_lentBytes);

    private protected override bool OutputIsLent => _send is not SendState.None;

    public override bool TryGetOriginalDestination(out SocketAddress address)
    {
        address = default;
        if (IsReleased || _fd < 0)
        {
            return false;
        }

        // TPROXY leaves the original destination as the local address (Documentation/networking/tproxy.rst).
        if (_transparent)
        {
            address = LocalAddress;
            return !address.IsNone;
        }

        return NativeSocket.TryGetOriginalDestination(_fd, LocalAddress, out address);
    }

    public void StartConnecting()
    {
        _operations++;
        _loop.Submissions.Connect(_fd, _slot, RemoteAddress);
    }

    public void StartReceiving() => Receive(nothingYet: false);

    public void OnBuffersFree()
    {
        _starved = false;
        Receive(nothingYet: false);
    }

    public void OnCompleted(in UringCompletion completion, ReadOnlySpan<byte> bytes)
    {
        _operations -= completion.HasMore || completion.Operation is UringOperation.InlineSend ? 0 : 1;
        switch (completion.Operation)
        {
            case UringOperation.Receive:
            case UringOperation.ReceiveAccepted:
                OnReceive(completion, bytes);
                break;
            case UringOperation.InlineSend:
            case UringOperation.WaitingSend:
                OnSendOver(completion.Result);
                break;
            case UringOperation.Connect:
                OnConnect(completion.Result);
                break;
            case UringOperation.Poll:
                _watching = completion.HasMore;
                OnWatchedError();
                break;
            default:
                break;
        }

        CloseWhenDone();
    }

    /// <summary>An inline send that has not failed by now has succeeded.</summary>
    public void OnInlineSendOver()
    {
        if (_send is SendState.Inline)
        {
            OnSendOver(_lentBytes);
            CloseWhenDone();
        }
    }

    public void Shutdown() => ForceRelease();

    private protected override TransferStatus Receive(Span<byte> target, out int count)
    {
        // Bytes come by completions; only the end of the stream waits to be asked for.
        count = 0;
        Readable = false;
        return _ended ? TransferStatus.EndOfStream : TransferStatus.WouldBlock;
    }

    private protected override TransferStatus Send(ReadOnlySpan<byte> source, out int count)
    {
        int result;
        do
        {
            result = NativeSocket.Send(_fd, source);
        }
        while (result == -Errno.Interrupted);

        count = Math.Max(result, 0);
        _socketFull = count < source.Length;
        return result >= 0 ? TransferStatus.Done : StatusOf(-result);
    }

    private protected override TransferStatus SendQueued(in OutputQueue queue, out int count)
    {
        if (FinishesWriting && !_socketFull)
        {
            // The FIN follows at once, without a turn that only waits for the send's end.
            return Send(queue.First, out count);
        }

        count = 0;
        Writable = false;
        _send = _socketFull ? SendState.Waiting : SendState.Inline;
        _lentBytes = _loop.Submissions.Send(_fd, _slot, queue, inline: !_socketFull);
        if (_send is SendState.Waiting)
        {
            _operations++;
        }
        else
        {
            _loop.AddInlineSend(this);
        }

        return TransferStatus.WouldBlock;
    }

    private protected override void ResumeReceiving() => Receive(nothingYet: false);

    private protected override void SendFin() => NativeSocket.ShutdownWrite(_fd);

    private protected override void ReleaseTransport(bool reset)
    {
        if (_fd < 0)
        {
            return;
        }

        _resetOnClose = reset;
        CancelIf(_receiving && !_receiveCancelled, _receiveOperation);
        CancelIf(_send is SendState.Waiting, UringOperation.WaitingSend);
        CancelIf(_watching, UringOperation.Poll);
        if (!_connected)
        {
            CancelIf(_operations > 0, UringOperation.Connect);
        }

        CloseWhenDone();
    }

    private void OnConnect(int result)
    {
        if (!IsConnecting)
        {
            return;
        }

        if (result < 0)
        {
            OnConnectFailed(SocketSetup.FailureOf(-result));
            return;
        }

        _connected = true;
        OnConnectFinished();
        Receive(nothingYet: true);
    }

    private void OnReceive(in UringCompletion completion, ReadOnlySpan<byte> bytes)
    {
        int result = completion.Result;
        _receiving = completion.HasMore;
        _receiveCancelled &= completion.HasMore;
        if (result > 0)
        {
            OnReceived(bytes);
        }
        else
        {
            OnReceiveOver(result);
        }

        if (!WantsInput && RetainedBytes > PausedLimitBytes && _receiving && !_receiveCancelled)
        {
            _receiveCancelled = true;
            CancelIf(true, _receiveOperation);
        }

        Receive(nothingYet: false);
    }

    private void OnReceiveOver(int result)
    {
        switch (-result)
        {
            case 0:
                _ended = true;
                Readable = true;
                ReadAvailable();
                return;
            case Errno.NoBuffers:
                _loop.Stats.ReceiveBufferShortages++;
                _starved = true;
                _loop.AddStarved(_slot, first: _receiveOperation is UringOperation.Receive);
                return;
            case Errno.Cancelled or Errno.Interrupted:
                return;
            default:
                _ended = true;
                OnTransportReset(ReasonOf(StatusOf(-result)));
                return;
        }
    }

    private void OnSendOver(int result)
    {
        _socketFull = result < _lentBytes;
        _send = SendState.None;
        _lentBytes = 0;
        if (result < 0 && result is not (-Errno.WouldBlock or -Errno.Interrupted or -Errno.Cancelled))
        {
            OnTransportReset(ReasonOf(StatusOf(-result)));
        }

        OnSent(Math.Max(result, 0));
    }

    private void OnWatchedError()
    {
        if (!IsReleased && NativeSocket.TakeError(_fd) is not 0 and int errno)
        {
            OnTransportReset(errno == Errno.TimedOut ? CloseReason.Timeout : CloseReason.RemoteReset);
        }
    }

    // Asks for input where it is wanted, else for news of a reset. Not before a reader that resumed has seen what is kept: if it pauses
    // again, all shared buffers may come on top of that, time after time.
    private void Receive(bool nothingYet)
    {
        if (_receiving || _starved || IsConnecting || IsReleased || MustRedeliver)
        {
            return;
        }

        if (WantsInput && !_ended)
        {
            _receiving = true;
            _operations++;
            _loop.Submissions.Receive(_receiveOperation, _fd, _slot, nothingYet);
        }
        else if (IsOpen && !_watching)
        {
            _watching = true;
            _operations++;
            _loop.Submissions.PollErrors(_fd, _slot);
        }
    }

    private void CancelIf(bool underWay, UringOperation operation)
    {
        if (underWay)
        {
            _operations++;
            _loop.Submissions.Cancel(operation, _slot);
        }
    }

    private void CloseWhenDone()
    {
        if (IsReleased && _operations == 0 && _send is SendState.None && !_closed)
        {
            _closed = true;
            _loop.CloseSocket(_fd, _resetOnClose);
            _loop.Unregister(_slot);
        }
    }

    private static TransferStatus StatusOf(int errno) => errno switch
    {
        Errno.WouldBlock => TransferStatus.WouldBlock,
        Errno.ConnectionReset or Errno.BrokenPipe or Errno.ConnectionAborted => TransferStatus.Reset,
        Errno.TimedOut => TransferStatus.TimedOut,
        _ => TransferStatus.Failed,
    };
}
