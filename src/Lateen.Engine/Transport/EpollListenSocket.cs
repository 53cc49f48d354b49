namespace Lateen.Engine.Transport;

using Lateen.Engine.Loop;
using Lateen.Engine.Native;

/// <summary>A listening TCP socket of an <see cref="EpollLoop"/>.</summary>
internal sealed class EpollListenSocket(EpollLoop loop, int fd, AcceptHandler handler, bool transparent, bool adopted)
    : ListenSocket, IEpollSource
{
    // Existing connections get their turn between bursts of new ones; level-triggered, so the rest is reported again.
    private const int AcceptsPerTurn = 64;

    private const long DescriptorRetryMicros = 100_000;

    private RetryTimer? _retry;
    private bool _closed;
    private bool _paused;
    private bool _ended;

    public override SocketAddress LocalAddress { get; } = NativeSocket.LocalAddress(fd);

    public void Start()
    {
        loop.Stats.OpenSockets++;
        int errno = loop.Register(fd, this, EpollSet.In);
        if (errno != 0)
        {
            NativeSocket.Close(fd);
            throw new IOException($"Cannot watch the listener {LocalAddress}: errno {errno}.");
        }
    }

    public override void Close()
    {
        if (!_closed)
        {
            _closed = true;
            if (_retry is not null)
            {
                loop.Disarm(_retry);
            }

            TakeBacklog();
            loop.CloseDescriptor(fd, reset: false);
        }
    }

    public override bool TryPause()
    {
        if (!_paused && !_closed)
        {
            _paused = true;
            loop.Unwatch(fd);
        }

        return true;
    }

    public override void Resume()
    {
        if (_paused)
        {
            _paused = false;
            Watch();
        }
    }

    public void OnReady(uint events)
    {
        for (int i = 0; i < AcceptsPerTurn && !_closed && !_paused; i++)
        {
            int accepted = NativeSocket.Accept(fd, out SocketAddress peer);
            if (accepted >= 0)
            {
                loop.Accepted(accepted, peer, transparent, handler);
                continue;
            }

            switch (-accepted)
            {
                case Errno.Interrupted or Errno.ConnectionAborted:
                    continue;
                case Errno.WouldBlock:
                    return;
                default:
                    // Out of descriptors or memory: the connection stays in the backlog. Watching on would spin.
                    loop.Stats.AcceptFailures++;
                    loop.Unwatch(fd);
                    _retry ??= new RetryTimer(this);
                    loop.Arm(_retry, DescriptorRetryMicros);
                    return;
            }
        }
    }

    public void Shutdown()
    {
        _ended = true;
        Close();
    }

    // Who is in the queue has been told that it is connected; closing the socket would reset it. An adopted socket stays open elsewhere.
    private void TakeBacklog()
    {
        for (int i = 0; i < ListenOptions.DefaultBacklog && !_ended && !adopted; i++)
        {
            int accepted = NativeSocket.Accept(fd, out SocketAddress peer);
            if (accepted >= 0)
            {
                loop.Accepted(accepted, peer, transparent, handler);
            }
            else if (-accepted is not (Errno.Interrupted or Errno.ConnectionAborted))
            {
                return;
            }
        }
    }

    private void Watch()
    {
        if (!_closed && !_paused)
        {
            _ = loop.Register(fd, this, EpollSet.In);
        }
    }

    private sealed class RetryTimer(EpollListenSocket owner) : LoopTimer
    {
        public override void OnFire() => owner.Watch();
    }
}
