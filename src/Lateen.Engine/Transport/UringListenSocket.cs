namespace Lateen.Engine.Transport;

using Lateen.Engine.Loop;
using Lateen.Engine.Native;

/// <summary>A listening TCP socket of a <see cref="UringLoop"/>: one operation accepts until it fails.</summary>
internal sealed class UringListenSocket : ListenSocket, IUringSource
{
    private const long DescriptorRetryMicros = 100_000;

    private readonly UringLoop _loop;
    private readonly int _fd;
    private readonly AcceptHandler _handler;
    private readonly bool _transparent;
    private readonly bool _adopted;
    private readonly int _slot;
    private RetryTimer? _retry;
    private int _operations;
    private bool _accepting;
    private bool _paused;
    private bool _closed;
    private bool _ended;

    public UringListenSocket(UringLoop loop, int fd, AcceptHandler handler, bool transparent, bool adopted)
    {
        _loop = loop;
        _fd = fd;
        _handler = handler;
        _transparent = transparent;
        _adopted = adopted;
        LocalAddress = NativeSocket.LocalAddress(fd);
        _slot = loop.Register(this);
        Accept();
    }

    public override SocketAddress LocalAddress { get; }

    public override void Close()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        if (_retry is not null)
        {
            _loop.Disarm(_retry);
        }

        // Refuses from now on; the descriptor is closed when the kernel has given the accept up. An adopted socket is also somebody else's.
        if (!_adopted)
        {
            TakeBacklog();
            NativeSocket.Shutdown(_fd);
        }

        if (_operations > 0)
        {
            _operations++;
            _loop.Submissions.Cancel(UringOperation.Accept, _slot);
        }

        CloseWhenDone();
    }

    public override bool TryPause()
    {
        if (!_paused && !_closed)
        {
            _paused = true;
            if (_accepting)
            {
                _operations++;
                _loop.Submissions.Cancel(UringOperation.Accept, _slot);
            }
        }

        return true;
    }

    public override void Resume()
    {
        _paused = false;
        AcceptAgain();
    }

    public void OnBuffersFree()
    {
    }

    public void OnCompleted(in UringCompletion completion, ReadOnlySpan<byte> bytes)
    {
        _operations -= completion.HasMore ? 0 : 1;
        if (completion.Operation is UringOperation.Accept)
        {
            OnAccept(completion.Result, completion.HasMore);
        }

        CloseWhenDone();
    }

    public void Shutdown()
    {
        _ended = true;
        Close();
    }

    private void OnAccept(int result, bool hasMore)
    {
        if (result >= 0 && _ended)
        {
            NativeSocket.Close(result);
        }
        else if (result >= 0)
        {
            // Also after Close: the client was let in before.
            _loop.Accepted(result, _transparent, _handler);
        }

        if (hasMore)
        {
            return;
        }

        _accepting = false;
        if (result is >= 0 or -Errno.Interrupted or -Errno.ConnectionAborted or -Errno.Cancelled)
        {
            AcceptAgain();
            return;
        }

        if (_closed || _paused)
        {
            return;
        }

        // Out of descriptors or memory: the connection stays in the backlog. Asking again at once would spin.
        _loop.Stats.AcceptFailures++;
        _retry ??= new RetryTimer(this);
        _loop.Arm(_retry, DescriptorRetryMicros);
    }

    // Who is in the queue has been told that it is connected; closing the socket would reset it.
    private void TakeBacklog()
    {
        if (_ended || NativeSocket.SetBlocking(_fd, false) < 0)
        {
            return;
        }

        for (int i = 0; i < ListenOptions.DefaultBacklog; i++)
        {
            int accepted = NativeSocket.Accept(_fd, out _, blocking: true);
            if (accepted >= 0)
            {
                _loop.Accepted(accepted, _transparent, _handler);
            }
            else if (-accepted is not (Errno.Interrupted or Errno.ConnectionAborted))
            {
                return;
            }
        }
    }

    // Not while paused, and not beside an accept that is under way or being taken back: its completion comes here again.
    private void AcceptAgain()
    {
        if (!_closed && !_paused && !_accepting)
        {
            Accept();
        }
    }

    private void Accept()
    {
        _operations++;
        _accepting = true;
        _loop.Submissions.Accept(_fd, _slot);
    }

    private void CloseWhenDone()
    {
        if (_closed && _operations == 0)
        {
            _loop.CloseSocket(_fd, reset: false);
            _loop.Unregister(_slot);
        }
    }

    private sealed class RetryTimer(UringListenSocket owner) : LoopTimer
    {
        public override void OnFire() => owner.AcceptAgain();
    }
}
