namespace Lateen.Engine.Http2;

using Lateen.Engine.Buffers;
using Lateen.Engine.Http;
using Lateen.Engine.Http1;

/// <summary>
/// One request and its response on a connection: windows, what waits in either direction, and how far both sides are. Re-used, by any
/// connection of its thread, from the turn after its end on.
/// </summary>
internal abstract class Http2Stream
{
    private Http2Codec? _codec;
    private OutputQueue _pending;
    private OutputQueue _held;
    private HeaderMap? _trailers;
    private HeaderMap? _pendingTrailers;
    private SlabPool? _pool;
    private int _receiveWindow;
    private int _consumed;
    private long _toReceive;
    private long _toSend;
    private bool _hasPendingTrailers;
    private bool _hasHeldTrailers;
    private bool _heldEnd;
    private bool _resumeQueued;
    private bool _isPaused;
    private bool _isBlocked;

    public int Id { get; set; }

    public int TableIndex { get; set; }

    public int SendWindow { get; set; }

    public long StartMicros { get; private set; }

    /// <summary>When the end of the message must have left; 0 while it has not been given.</summary>
    public long FlushDeadlineMicros { get; private set; }

    /// <summary>The head that the peer sent.</summary>
    public HeaderMap Headers { get; } = new();

    /// <summary>The trailers that the peer sent.</summary>
    public HeaderMap Trailers => _trailers ??= new HeaderMap();

    public bool IsClosed { get; private set; } = true;

    /// <summary>The peer has ended its side; the end may not be delivered yet.</summary>
    public bool RemoteEnded { get; private set; }

    /// <summary>The end of the peer's message was delivered.</summary>
    public bool InputDone { get; private set; }

    /// <summary>The producer has given the end; it may not be written yet.</summary>
    public bool OutputEnded { get; private set; }

    /// <summary>END_STREAM is written.</summary>
    public bool OutputDone { get; private set; }

    public bool HeadSent { get; private set; }

    /// <summary>CONNECT was accepted: either side may end before the other (RFC 9113 section 8.5).</summary>
    public bool IsTunnel { get; set; }

    // Links of the queue of streams that wait to send; owned by Http2Output.
    public bool IsQueued { get; set; }

    public Http2Stream? NextQueued { get; set; }

    public Http2Stream? PreviousQueued { get; set; }

    public bool CanSendPending => !IsClosed && !_pending.IsEmpty && SendWindow > 0;

    private protected Http2Codec Codec => _codec ?? throw new InvalidOperationException("The stream belongs to no connection.");

    private protected abstract bool HasDecoder { get; }

    /// <summary>A body that is never written: of a response to HEAD, of 204 and 304.</summary>
    private protected bool SuppressesBody { get; set; }

    public virtual void Begin(Http2Codec codec, int id, int sendWindow, int receiveWindow)
    {
        _codec = codec;
        _pool = codec.Buffers;
        Id = id;
        SendWindow = sendWindow;
        StartMicros = codec.NowMicros;
        FlushDeadlineMicros = 0;
        _receiveWindow = receiveWindow;
        _consumed = 0;
        _toReceive = -1;
        _toSend = -1;
        _hasPendingTrailers = false;
        _hasHeldTrailers = false;
        _heldEnd = false;
        _resumeQueued = false;
        _isPaused = false;
        _isBlocked = false;
        IsClosed = false;
        RemoteEnded = false;
        InputDone = false;
        OutputEnded = false;
        OutputDone = false;
        HeadSent = false;
        IsTunnel = false;
        SuppressesBody = false;
    }

    /// <summary>Ends every role it has; returns the bytes of the connection's window that it still holds.</summary>
    public int End()
    {
        IsClosed = true;
        Codec.Stats.Add(Http2Counter.PendingSendBytes, -_pending.Length);
        return _held.Length;
    }

    /// <summary>Gives its memory back and itself to the pool; nobody is on the stack any more.</summary>
    public virtual void Recycle()
    {
        if (_pool is { } pool)
        {
            _pending.Clear(pool);
            _held.Clear(pool);
        }

        _codec = null;
        _pool = null;
    }

    /// <summary>The body must be this long; -1 when any length will do.</summary>
    public void ExpectBody(long length) => _toReceive = length;

    public bool TryTakeReceiveWindow(int bytes)
    {
        if (bytes > _receiveWindow)
        {
            return false;
        }

        _receiveWindow -= bytes;
        return true;
    }

    public bool TryGrowSendWindow(int bytes)
    {
        if (bytes > 0 && SendWindow > int.MaxValue - bytes)
        {
            return false;
        }

        SendWindow += bytes;
        if (CanSendPending)
        {
            Codec.Output.Enqueue(this);
        }

        return true;
    }

    public void Receive(ReadOnlySpan<byte> data, bool endStream)
    {
        if (_toReceive >= 0 && (data.Length > _toReceive || (endStream && data.Length != _toReceive)))
        {
            // RFC 9113 section 8.1.1; anything else is request smuggling at the next hop.
            Codec.ReturnWindow(data.Length);
            Codec.FailMessage(this, Http2Fault.BadContentLength.Detail);
            return;
        }

        _toReceive = _toReceive < 0 ? -1 : _toReceive - data.Length;
        RemoteEnded = endStream;
        if (HasDecoder && (_isPaused || !_held.IsEmpty))
        {
            Hold(data, endStream);
        }
        else
        {
            Deliver(data, endStream);
        }
    }

    /// <summary>The peer's message ends with <see cref="Trailers"/>.</summary>
    public void ReceiveTrailers()
    {
        if (_toReceive > 0)
        {
            Codec.FailMessage(this, Http2Fault.BadContentLength.Detail);
            return;
        }

        RemoteEnded = true;
        if (_isPaused || !_held.IsEmpty)
        {
            _hasHeldTrailers = true;
            return;
        }

        FinishWithTrailers();
    }

    /// <summary>The peer's message ended with its head.</summary>
    public void ReceiveEnd()
    {
        RemoteEnded = true;
        InputDone = true;
    }

    public void PauseReading() => _isPaused = true;

    public void ResumeReading()
    {
        if (!_isPaused)
        {
            return;
        }

        _isPaused = false;
        bool waits = !_held.IsEmpty || _heldEnd || _hasHeldTrailers;
        if (waits && !_resumeQueued && !IsClosed)
        {
            _resumeQueued = true;
            Codec.DeferResume(this);
        }
    }

    public void DeliverHeld(bool evenIfPaused = false)
    {
        _resumeQueued &= evenIfPaused;
        if (_pool is not { } pool)
        {
            return;
        }

        while ((!_isPaused || evenIfPaused) && !IsClosed && !_held.IsEmpty)
        {
            ReadOnlySpan<byte> run = _held.First;
            bool last = run.Length == _held.Length;
            Deliver(run, last && _heldEnd);
            if (!IsClosed)
            {
                _held.Consume(pool, run.Length);
            }
        }

        if ((_isPaused && !evenIfPaused) || IsClosed || InputDone)
        {
            return;
        }

        if (_hasHeldTrailers)
        {
            FinishWithTrailers();
        }
        else if (_heldEnd)
        {
            Deliver(default, endStream: true);
        }
    }

    /// <summary>Bytes of the peer are dealt with. Their window is given back in halves, and not after the end.</summary>
    public void ReturnWindow(int bytes)
    {
        if (IsClosed || RemoteEnded)
        {
            return;
        }

        _consumed += bytes;
        if (_consumed >= Codec.Options.InitialStreamWindowBytes / 2)
        {
            Codec.Output.WriteWindowUpdate(Id, _consumed);
            _receiveWindow += _consumed;
            _consumed = 0;
        }
    }

    public void SendHead(HeaderMap headers, bool endStream)
    {
        HeadSent = true;
        _toSend = !SuppressesBody && Http1Syntax.TryParseLength(headers.GetOrEmpty("content-length"u8), out long length) ? length : -1;
        if (endStream && _toSend > 0)
        {
            FailOutput();
            return;
        }

        Codec.Output.WriteHeaders(Id, headers, endStream);
        if (endStream)
        {
            OutputEnded = true;
            FinishOutput();
        }
    }

    public void SendData(ReadOnlySpan<byte> data, bool endStream)
    {
        if (IsClosed || OutputEnded || !HeadSent)
        {
            return;
        }

        if (SuppressesBody)
        {
            data = default;
        }

        if (_toSend >= 0 && (data.Length > _toSend || (endStream && data.Length != _toSend)))
        {
            FailOutput();
            return;
        }

        _toSend = _toSend < 0 ? -1 : _toSend - data.Length;
        OutputEnded = endStream;
        if (data.IsEmpty && (!endStream || !_pending.IsEmpty))
        {
            StartFlushIfEnded();
            return;
        }

        if (data.IsEmpty)
        {
            Codec.Output.BeginDataFrame(this, 0, endStream: true);
            FinishOutput();
            return;
        }

        int taken = _pending.IsEmpty ? Codec.Output.WriteData(this, data, endStream) : 0;
        if (taken == data.Length)
        {
            FinishOutputIf(endStream);
            return;
        }

        Keep(data[taken..]);
    }

    public void SendTrailers(HeaderMap trailers)
    {
        if (IsClosed || OutputEnded || !HeadSent)
        {
            return;
        }

        if (_toSend > 0)
        {
            FailOutput();
            return;
        }

        OutputEnded = true;
        if (!_pending.IsEmpty)
        {
            _pendingTrailers ??= new HeaderMap();
            _pendingTrailers.CopyFrom(trailers);
            _hasPendingTrailers = true;
            StartFlushIfEnded();
            return;
        }

        WriteTrailers(trailers);
    }

    /// <summary>The peer takes nothing more, which is no error.</summary>
    public void StopOutput()
    {
        Codec.Output.Dequeue(this);
        Codec.Stats.Add(Http2Counter.PendingSendBytes, -_pending.Length);
        if (_pool is { } pool)
        {
            _pending.Clear(pool);
        }

        _hasPendingTrailers = false;
        FlushDeadlineMicros = 0;
        OutputEnded = true;
        OutputDone = true;
    }

    /// <summary>Writes one DATA frame of what waits, and the end when it was the last.</summary>
    public void WritePendingFrame()
    {
        Http2Output output = Codec.Output;
        int length = Math.Min(Math.Min(Http2Output.DataFrameBytes, _pending.Length), Math.Min(SendWindow, output.Window));
        if (length <= 0 || _pool is not { } pool)
        {
            return;
        }

        bool last = OutputEnded && !_hasPendingTrailers && length == _pending.Length;
        output.BeginDataFrame(this, length, last);
        for (int left = length; left > 0;)
        {
            ReadOnlySpan<byte> run = _pending.First;
            run = run[..Math.Min(run.Length, left)];
            output.WritePayload(run);
            _pending.Consume(pool, run.Length);
            left -= run.Length;
        }

        Codec.Stats.Add(Http2Counter.PendingSendBytes, -length);
        if (_pending.IsEmpty && _hasPendingTrailers && _pendingTrailers is not null)
        {
            WriteTrailers(_pendingTrailers);
        }
        else if (last)
        {
            FinishOutput();
        }
        else if (_isBlocked && _pending.Length <= Codec.Options.StreamBufferBytes / 2)
        {
            _isBlocked = false;
            NotifyDrained();
        }
    }

    /// <summary>The stream is over without having completed; the decoder hears it and nothing after.</summary>
    public abstract void NotifyReset(StreamResetReason reason, string detail);

    /// <summary>What we sent does not add up to a message.</summary>
    private protected abstract void FailOutput();

    private protected abstract void DeliverData(ReadOnlySpan<byte> data, bool endStream);

    private protected abstract void DeliverTrailers(HeaderMap trailers);

    private protected abstract void NotifyBlocked();

    private protected abstract void NotifyDrained();

    /// <summary>Nobody wants the input any more: what is held back is thrown away, at the end of the turn.</summary>
    private protected void DropInput() => ResumeReading();

    private void Hold(ReadOnlySpan<byte> data, bool endStream)
    {
        _heldEnd |= endStream;
        if (_pool is { } pool && !_held.TryAppend(pool, data))
        {
            Codec.Fail(Http2ErrorCode.InternalError, "http2.out_of_buffers");
        }
    }

    private void Deliver(ReadOnlySpan<byte> data, bool endStream)
    {
        Http2Codec codec = Codec;
        InputDone = endStream;
        if (HasDecoder && (endStream || !data.IsEmpty))
        {
            DeliverData(data, endStream);
        }

        if (!IsClosed)
        {
            codec.ReturnWindow(data.Length);
            ReturnWindow(data.Length);
        }
        else if (_held.IsEmpty)
        {
            // Held bytes were given back when the stream was closed.
            codec.ReturnWindow(data.Length);
        }

        if (endStream && !IsClosed)
        {
            codec.OnInputDone(this);
        }
    }

    private void FinishWithTrailers()
    {
        InputDone = true;
        Codec.Stats.Add(Http2Counter.Trailers);
        Http2Codec codec = Codec;
        if (HasDecoder)
        {
            DeliverTrailers(Trailers);
        }

        if (!IsClosed)
        {
            codec.OnInputDone(this);
        }
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        if (_pool is not { } pool)
        {
            return;
        }

        Codec.Stats.Add(Http2Counter.PendingSendBytes, data.Length);
        if (!_pending.TryAppend(pool, data))
        {
            Codec.Fail(Http2ErrorCode.InternalError, "http2.out_of_buffers");
            return;
        }

        if (SendWindow > 0)
        {
            Codec.Output.Enqueue(this);
        }

        StartFlushIfEnded();
        if (!OutputEnded && !_isBlocked && _pending.Length > Codec.Options.StreamBufferBytes)
        {
            _isBlocked = true;
            NotifyBlocked();
        }
    }

    private void StartFlushIfEnded()
    {
        if (OutputEnded && !_pending.IsEmpty && FlushDeadlineMicros == 0)
        {
            FlushDeadlineMicros = Codec.StartFlush();
        }
    }

    private void WriteTrailers(HeaderMap trailers)
    {
        _hasPendingTrailers = false;
        if (SuppressesBody || trailers.Count == 0)
        {
            Codec.Output.BeginDataFrame(this, 0, endStream: true);
        }
        else
        {
            Codec.Output.WriteHeaders(Id, trailers, endStream: true);
        }

        FinishOutput();
    }

    private void FinishOutputIf(bool endStream)
    {
        if (endStream)
        {
            FinishOutput();
        }
    }

    private void FinishOutput()
    {
        OutputDone = true;
        Codec.OnOutputDone(this);
    }
}
