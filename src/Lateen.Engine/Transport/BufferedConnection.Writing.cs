namespace Lateen.Engine.Transport;

using Lateen.Engine.Buffers;
using Lateen.Engine.Loop;

/// <content>Output: gathered in a queue and sent when the turn ends.</content>
internal abstract partial class BufferedConnection
{
    public sealed override int PendingWriteBytes => _output.Length;

    public sealed override int WriteLimitBytes { get; set; } = loop.Options.WriteLimitBytes;

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

    public sealed override void ShutdownWrite()
    {
        if (IsOpen && !_finQueued)
        {
            _finQueued = true;
            QueueFlush();
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

    /// <summary>Sends what the transport takes; clears <see cref="Writable"/> when it is full.</summary>
    private protected abstract TransferStatus Send(ReadOnlySpan<byte> source, out int count);

    /// <summary>Sends the front of the queue. A transport that completes later borrows it, says so, and clears <see cref="Writable"/>.</summary>
    private protected virtual TransferStatus SendQueued(in OutputQueue queue, out int count) => Send(queue.First, out count);

    /// <summary>True while the transport still reads the queue's slabs.</summary>
    private protected virtual bool OutputIsLent => false;

    private protected abstract void SendFin();

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

    /// <summary>What is queued is the end of it.</summary>
    private protected bool FinishesWriting => _finQueued;

    /// <summary>Something waits for the end of a send: more bytes, a FIN, a producer, or the close.</summary>
    private protected bool AwaitsSend(int lentBytes) =>
        _blocked || (_finQueued && !_finSent) || _output.Length > lentBytes || _state > ConnectionState.Open;

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
}
