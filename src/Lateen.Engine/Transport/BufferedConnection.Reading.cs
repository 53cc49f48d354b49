namespace Lateen.Engine.Transport;

using Lateen.Engine.Buffers;
using Lateen.Engine.Loop;

/// <content>Input: from the transport to the handler, and what waits while the handler does not take it.</content>
internal abstract partial class BufferedConnection
{
    // Where fresh input goes; a layer above another connection must not overwrite what it reads from.
    private protected virtual Span<byte> ReadTarget => loop.Scratch;

    // Set by the transport when bytes (or an end, or an error) may be waiting; cleared when it has none left.
    private protected bool Readable { get; set; }

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

    /// <summary>Room to read into behind what is kept.</summary>
    internal int ReadRoomBytes { get; set; } = RetainedInput.ReadRoomBytes;

    /// <summary>Receives into <paramref name="target"/>; clears <see cref="Readable"/> when nothing is left.</summary>
    private protected abstract TransferStatus Receive(Span<byte> target, out int count);

    /// <summary>Reading may go on; for a transport that has to ask for bytes.</summary>
    private protected virtual void ResumeReceiving()
    {
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

    /// <summary>Input is wanted now.</summary>
    private protected bool WantsInput => _state is ConnectionState.Lingering || MayDeliver;

    private protected int RetainedBytes => _retained.Length;

    /// <summary>Kept bytes wait to be offered at the end of the turn; <see cref="ResumeReceiving"/> comes after that.</summary>
    private protected bool MustRedeliver => _redeliver && _readQueued && !_retained.IsEmpty;

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
        Span<byte> target = _retained.IsEmpty ? ReadTarget : _retained.Room(loop.Buffers, ReadRoomBytes);
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

    private void QueueRead()
    {
        if (!_readQueued)
        {
            _readQueued = true;
            loop.RequestRead(this);
        }
    }
}
