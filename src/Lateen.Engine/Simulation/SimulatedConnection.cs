namespace Lateen.Engine.Simulation;

using Lateen.Engine.Transport;

/// <summary>One end of an in-memory connection; behaves as a TCP socket does, kernel buffers included.</summary>
internal sealed class SimulatedConnection(
    SimulatedLoop loop,
    SimulatedNetwork network,
    ConnectionHandler handler,
    SocketAddress local,
    SocketAddress remote,
    bool connecting) : BufferedConnection(loop, handler, remote, connecting)
{
    private byte[] _inbound = [];
    private int _start;
    private int _stored;
    private int _arrived;
    private bool _finArrived;
    private bool _finSent;
    private SocketAddress _originalDestination;

    public override SocketAddress LocalAddress => local;

    public SimulatedLoop Owner => loop;

    public SimulatedConnection? Peer { get; private set; }

    public override bool TryGetOriginalDestination(out SocketAddress address)
    {
        address = _originalDestination;
        return !address.IsNone;
    }

    /// <summary>Makes the two ends of an accepted connection.</summary>
    public SimulatedConnection AcceptOn(SimulatedLoop acceptor, SocketAddress acceptedAddress, bool redirected)
    {
        var accepted = new SimulatedConnection(
            acceptor, network, UnassignedHandler.Instance, acceptedAddress, LocalAddress, connecting: false)
        {
            Peer = this,
            Writable = true,
            _originalDestination = redirected ? RemoteAddress : default,
        };
        Peer = accepted;
        return accepted;
    }

    public void OnArrived(int count)
    {
        if (IsReleased)
        {
            // Bytes for a socket that is gone are answered with RST (RFC 9293 section 3.10.7.1).
            ResetPeer();
            return;
        }

        _arrived += count;
        Readable = true;
        ReadAvailable();
    }

    public void OnFinArrived()
    {
        if (!IsReleased)
        {
            _finArrived = true;
            Readable = true;
            ReadAvailable();
        }
    }

    public void OnResetArrived()
    {
        if (!IsReleased)
        {
            OnTransportReset(CloseReason.RemoteReset);
        }
    }

    public void OnRoom()
    {
        if (!IsReleased)
        {
            Writable = true;
            FlushNow();
        }
    }

    private protected override TransferStatus Receive(Span<byte> target, out int count)
    {
        count = network.ChunkOf(Math.Min(_arrived, target.Length));
        if (count == 0)
        {
            Readable = false;
            return _finArrived ? TransferStatus.EndOfStream : TransferStatus.WouldBlock;
        }

        for (int copied = 0; copied < count;)
        {
            int run = Math.Min(count - copied, _inbound.Length - _start);
            _inbound.AsSpan(_start, run).CopyTo(target[copied..]);
            _start = (_start + run) % _inbound.Length;
            copied += run;
        }

        bool wasFull = _stored >= network.SocketBufferBytes;
        _stored -= count;
        _arrived -= count;
        if (wasFull && Peer is { } peer)
        {
            network.Schedule(SimulatedEventKind.Room, peer, 0);
        }

        return TransferStatus.Done;
    }

    private protected override TransferStatus Send(ReadOnlySpan<byte> source, out int count)
    {
        count = 0;
        if (Peer is not { } peer)
        {
            return TransferStatus.Reset;
        }

        count = Math.Min(source.Length, network.SocketBufferBytes - peer._stored);
        Writable = count == source.Length;
        if (count > 0)
        {
            peer.Store(source[..count]);
            network.Schedule(SimulatedEventKind.Arrive, peer, count);
        }

        return count == 0 ? TransferStatus.WouldBlock : TransferStatus.Done;
    }

    private protected override void SendFin()
    {
        _finSent = true;
        if (Peer is { } peer)
        {
            network.Schedule(SimulatedEventKind.Fin, peer, 0);
        }
    }

    private protected override void ReleaseTransport(bool reset)
    {
        loop.Stats.OpenSockets--;

        // As the kernel does: closing with unread input resets (RFC 9293 section 3.6, RFC 2525 section 2.17).
        if (reset || _arrived > 0)
        {
            ResetPeer();
        }
        else if (!_finSent)
        {
            SendFin();
        }
    }

    private void ResetPeer()
    {
        if (Peer is { } peer)
        {
            network.Schedule(SimulatedEventKind.Reset, peer, 0);
        }
    }

    private void Store(ReadOnlySpan<byte> bytes)
    {
        if (_inbound.Length - _stored < bytes.Length)
        {
            Grow(_stored + bytes.Length);
        }

        int end = (_start + _stored) % _inbound.Length;
        int run = Math.Min(bytes.Length, _inbound.Length - end);
        bytes[..run].CopyTo(_inbound.AsSpan(end));
        bytes[run..].CopyTo(_inbound);
        _stored += bytes.Length;
    }

    private void Grow(int needed)
    {
        byte[] larger = new byte[Math.Max(1024, Math.Max(needed, _inbound.Length * 2))];
        for (int i = 0; i < _stored; i++)
        {
            larger[i] = _inbound[(_start + i) % _inbound.Length];
        }

        _inbound = larger;
        _start = 0;
    }
}
