namespace Lateen.Engine.Transport;

using Lateen.Engine.Loop;
using Lateen.Engine.Native;

/// <summary>A TCP connection of an <see cref="EpollLoop"/>.</summary>
internal sealed class EpollConnection : BufferedConnection, IEpollSource
{
    private readonly EpollLoop _loop;
    private readonly int _fd;
    private readonly bool _transparent;
    private SocketAddress _local;
    private bool _hangup;

    public EpollConnection(EpollLoop loop, ConnectionHandler handler, in SocketAddress remote, int fd)
        : base(loop, handler, remote, connecting: true)
    {
        _loop = loop;
        _fd = fd;
    }

    public EpollConnection(EpollLoop loop, in SocketAddress peer, int fd, bool transparent)
        : base(loop, UnassignedHandler.Instance, peer, connecting: false)
    {
        _loop = loop;
        _fd = fd;
        _transparent = transparent;
        Writable = true;
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

    public void OnReady(uint events)
    {
        if (IsConnecting)
        {
            FinishConnect(events);
            return;
        }

        _hangup |= (events & (EpollSet.ReadHangup | EpollSet.Hangup | EpollSet.Error)) != 0;
        if ((events & EpollSet.Out) != 0)
        {
            Writable = true;
            if (PendingWriteBytes > 0)
            {
                FlushNow();
            }
        }

        if ((events & (EpollSet.In | EpollSet.ReadHangup | EpollSet.Hangup | EpollSet.Error)) != 0)
        {
            Readable = true;
            ReadAvailable();
        }

        // Still open: reading is paused, so only the socket's error tells of a reset.
        if ((events & EpollSet.Error) != 0 && !IsReleased && NativeSocket.TakeError(_fd) is not 0 and int errno)
        {
            OnTransportReset(errno == Errno.TimedOut ? CloseReason.Timeout : CloseReason.RemoteReset);
        }
    }

    public void Shutdown() => ForceRelease();

    private protected override TransferStatus Receive(Span<byte> target, out int count)
    {
        int result;
        do
        {
            result = NativeSocket.Receive(_fd, target);
        }
        while (result == -Errno.Interrupted);

        count = Math.Max(result, 0);
        if (result > 0)
        {
            // A short read emptied the queue; the next bytes make a new edge. A known hangup makes none, so read on to the end.
            Readable = result == target.Length || _hangup;
            return TransferStatus.Done;
        }

        Readable = false;
        return result == 0 ? TransferStatus.EndOfStream : StatusOf(-result);
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
        Writable = result == source.Length;
        return result >= 0 ? TransferStatus.Done : StatusOf(-result);
    }

    private protected override void SendFin() => NativeSocket.ShutdownWrite(_fd);

    private protected override void ReleaseTransport(bool reset)
    {
        if (_fd >= 0)
        {
            _ = LocalAddress;
            _loop.CloseDescriptor(_fd, reset);
        }
    }

    private static TransferStatus StatusOf(int errno) => errno switch
    {
        Errno.WouldBlock => TransferStatus.WouldBlock,
        Errno.ConnectionReset or Errno.BrokenPipe or Errno.ConnectionAborted => TransferStatus.Reset,
        Errno.TimedOut => TransferStatus.TimedOut,
        _ => TransferStatus.Failed,
    };

    private void FinishConnect(uint events)
    {
        // Writable, an error, or both: SO_ERROR tells the outcome of connect (man 2 connect, EINPROGRESS).
        if ((events & (EpollSet.Out | EpollSet.Error | EpollSet.Hangup)) == 0)
        {
            return;
        }

        int errno = NativeSocket.TakeError(_fd);
        if (errno != 0)
        {
            OnConnectFailed(SocketSetup.FailureOf(errno));
            return;
        }

        if ((events & EpollSet.Out) == 0)
        {
            return;
        }

        OnConnectFinished();
        if ((events & (EpollSet.In | EpollSet.ReadHangup)) != 0 && IsOpen)
        {
            _hangup |= (events & EpollSet.ReadHangup) != 0;
            Readable = true;
            ReadAvailable();
        }
    }
}
