namespace Lateen.Engine.Tls;

using Lateen.Engine.Loop;
using Lateen.Engine.Native;
using Lateen.Engine.Transport;

/// <summary>
/// TLS on top of any connection, so on every loop and in simulation. The handshake is this connection's connecting: nothing is
/// delivered or sent before it is done. Writes of a turn are gathered, so that they share records.
/// </summary>
internal sealed class TlsConnection : BufferedConnection, IOpenSslInput
{
    // Ciphertext that waits in the kernel's place; what is more waits here as plaintext, counted once.
    private const int InnerWriteLimitBytes = 128 * 1024;

    // Four records to one call: the pipe's buffer then never has to grow.
    private const int WriteChunkBytes = 64 * 1024;

    private readonly OpenSslPipe _pipe;
    private readonly OpenSslSession _session;
    private readonly InnerHandler _innerHandler;
    private readonly byte[] _plaintext;
    private readonly TlsObserver? _observer;
    private Connection? _inner;
    private TlsSession? _agreed;
    private TlsFailure _failure;
    private string _failureReason = "";
    private bool _innerBlocked;
    private bool _innerPaused;
    private bool _innerEnded;
    private bool _waitsForRecord;

    private TlsConnection(
        LoopCore loop, ConnectionHandler handler, in SocketAddress remote, OpenSslSession session, TlsObserver? observer)
        : base(loop, handler, remote, connecting: true, loop.TlsStats)
    {
        _pipe = loop.TlsPipe;
        _plaintext = _pipe.Plaintext;
        _session = session;
        _observer = observer;
        _innerHandler = new InnerHandler(this);
    }

    public override SocketAddress LocalAddress => _inner?.LocalAddress ?? default;

    public override TlsSession? Tls => _agreed;

    public override TlsFailure TlsFailure => _failure;

    public override string TransportFailureReason => _failureReason;

    /// <summary>Serves TLS on an accepted connection; bytes that were looked at but not consumed are the handshake's.</summary>
    public static TlsConnection Accept(
        TlsServerContext context, Connection inner, ConnectionHandler handler, TlsObserver? observer)
    {
        var loop = (LoopCore)inner.Loop;
        context.Tickets.RotateIfDue(loop.NowMicros);
        OpenSslSession session = OpenSslSession.Server(context, loop.TlsPipe);
        var connection = new TlsConnection(loop, handler, inner.RemoteAddress, session, observer) { _inner = inner };
        inner.WriteLimitBytes = InnerWriteLimitBytes;
        connection.StartConnectTimeout((long)context.ServerSettings.HandshakeTimeout.TotalMicroseconds);
        inner.Handler = connection._innerHandler;
        return connection;
    }

    /// <summary>Opens a connection; its time limit covers the handshake too (Envoy's connect_timeout).</summary>
    public static Connection Connect(
        LoopCore loop, in SocketAddress remote, in ConnectOptions options, TlsClientOptions tls, ConnectionHandler handler)
    {
        if (tls.Context is not { } context)
        {
            return TlsUnreadyConnection.Fail(loop, remote, handler);
        }

        OpenSslSession session = OpenSslSession.Client(context, tls, loop.TlsPipe);
        var connection = new TlsConnection(loop, handler, remote, session, tls.Observer);
        connection.StartConnectTimeout(options.TimeoutMicros);
        connection._inner = loop.Connect(remote, options with { Tls = null, TimeoutMicros = 0 }, connection._innerHandler);
        return connection;
    }

    public override bool TryGetOriginalDestination(out SocketAddress address)
    {
        address = default;
        return _inner?.TryGetOriginalDestination(out address) ?? false;
    }

    public void OnInput()
    {
        _waitsForRecord = false;
        if (IsConnecting)
        {
            Handshake();
        }

        if (!IsConnecting && !IsReleased)
        {
            Readable = true;
            ReadAvailable();
        }
    }

    private protected override Span<byte> ReadTarget => _plaintext;

    private protected override TransferStatus Receive(Span<byte> target, out int count)
    {
        OpenSslStatus status = _session.Read(target, out count, out bool more);
        _waitsForRecord = _session.LeavesPartialRecords && !more;
        SendOutput();
        switch (status)
        {
            case OpenSslStatus.Done:
                Readable = more || _innerEnded;
                AskForMore(more);
                return TransferStatus.Done;
            case OpenSslStatus.WantInput:
                // Without close_notify too: as Envoy's, an ended transport ends the stream, and framing tells what was cut.
                Readable = false;
                AskForMore(more: false);
                return _innerEnded ? TransferStatus.EndOfStream : TransferStatus.WouldBlock;
            case OpenSslStatus.Closed:
                Readable = false;
                return TransferStatus.EndOfStream;
            default:
                Readable = false;
                NoteFailure();
                return TransferStatus.Failed;
        }
    }

    private protected override TransferStatus Send(ReadOnlySpan<byte> source, out int count)
    {
        count = 0;
        while (count < source.Length && !_innerBlocked && _inner is { IsOpen: true })
        {
            int chunk = Math.Min(source.Length - count, WriteChunkBytes);
            bool written = _session.TryWrite(source.Slice(count, chunk));
            SendOutput();
            if (!written)
            {
                NoteFailure();
                return TransferStatus.Failed;
            }

            count += chunk;
        }

        Writable = !_innerBlocked;
        return _inner is not { IsOpen: true } ? TransferStatus.Reset : count > 0 ? TransferStatus.Done : TransferStatus.WouldBlock;
    }

    private protected override void SendFin()
    {
        _session.Shutdown();
        SendOutput();
        _inner?.ShutdownWrite();
    }

    private protected override void ReleaseTransport(bool reset)
    {
        if (!reset)
        {
            _session.Shutdown();
            SendOutput();
        }

        // Flushing lets close_notify, or the alert of a failed handshake, reach the peer; it waits a moment at most.
        _inner?.Close(reset ? CloseMode.Reset : CloseMode.Flush);
        _session.Free();
    }

    private void Handshake()
    {
        OpenSslStatus status = _session.Handshake();
        if (status is OpenSslStatus.Done)
        {
            _agreed = _session.Describe();
            _observer?.OnHandshake(_agreed);
            TakeRecordsOver();
        }

        SendOutput();
        switch (status)
        {
            case OpenSslStatus.Done:
                OnConnectFinished();
                break;
            case OpenSslStatus.WantInput:
                break;
            case OpenSslStatus.Closed:
                FailHandshake(TlsFailure.PeerClosed);
                break;
            default:
                NoteFailure();
                OnConnectFailed(ConnectFailure.TlsFailed);
                break;
        }
    }

    private void TakeRecordsOver()
    {
        _session.TakeOver();
        if (_session.LeavesPartialRecords)
        {
            ReadRoomBytes = OpenSslRecords.MaxRecordBytes;
            if (_inner is BufferedConnection inner)
            {
                inner.ReadRoomBytes = 2 * OpenSslRecords.MaxRecordBytes;
            }
        }
    }

    private void FailHandshake(TlsFailure failure)
    {
        _failure = failure;
        _failureReason = "TLS_error:|the peer closed the connection during the handshake:TLS_error_end";
        _observer?.OnFailure(failure);
        OnConnectFailed(ConnectFailure.TlsFailed);
    }

    private void NoteFailure()
    {
        _failure = _session.Failure;
        _failureReason = _session.FailureReason;
        _observer?.OnFailure(_failure);
    }

    private void SendOutput()
    {
        if (!_pipe.Output.IsEmpty)
        {
            _inner?.Write(_pipe.Output);
            _pipe.ClearOutput();
        }
    }

    private void AskForMore(bool more)
    {
        if (!more && _innerPaused)
        {
            _innerPaused = false;
            _inner?.ResumeReading();
        }
    }

    private int OnInnerData(ReadOnlySpan<byte> data)
    {
        int taken = _session.Offer(data, this);
        if (taken == data.Length || IsReleased || Ended)
        {
            return data.Length;
        }

        // What is left is the beginning of a record.
        if (_waitsForRecord)
        {
            return taken;
        }

        // Paused, or this turn's share is used up: the rest waits below, and so, in the end, does the peer.
        _innerPaused = true;
        _inner?.PauseReading();
        return taken;
    }

    private void OnInnerEnd()
    {
        _innerEnded = true;
        if (IsConnecting)
        {
            FailHandshake(TlsFailure.PeerClosed);
        }
        else if (!IsReleased)
        {
            Readable = true;
            ReadAvailable();
        }
    }

    private void OnInnerClosed(CloseReason reason)
    {
        if (IsConnecting)
        {
            FailHandshake(TlsFailure.PeerClosed);
        }
        else if (!IsReleased)
        {
            OnTransportReset(reason);
        }
    }

    private void OnInnerDrained()
    {
        _innerBlocked = false;
        if (!IsConnecting && !IsReleased)
        {
            Writable = true;
            FlushNow();
        }
    }

    private sealed class InnerHandler(TlsConnection owner) : ConnectionHandler
    {
        public override void OnConnected(Connection connection)
        {
            if (owner.IsConnecting)
            {
                connection.WriteLimitBytes = InnerWriteLimitBytes;
                owner.Handshake();
            }
        }

        public override void OnConnectFailed(Connection connection, ConnectFailure failure) => owner.OnConnectFailed(failure);

        public override int OnData(Connection connection, ReadOnlySpan<byte> data) =>
            owner.IsReleased ? data.Length : owner.OnInnerData(data);

        public override void OnEndOfStream(Connection connection) => owner.OnInnerEnd();

        public override void OnClosed(Connection connection, CloseReason reason) => owner.OnInnerClosed(reason);

        public override void OnWriteBlocked(Connection connection) => owner._innerBlocked = true;

        public override void OnWriteDrained(Connection connection) => owner.OnInnerDrained();
    }
}
