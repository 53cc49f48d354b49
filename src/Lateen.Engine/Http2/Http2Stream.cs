namespace Lateen.Engine.Http2;

using Lateen.Engine.Buffers;
using Lateen.Engine.Http;
using Lateen.Engine.Http1;

/// <summary>
/// One request and its response on a connection: how far both sides are, and the sending half. Re-used, by any connection of its thread,
/// from the turn after its end on.
/// </summary>
internal abstract class Http2Stream
{
    private Http2Codec? _codec;
    private Http2WaitingOutput? _waiting;
    private HeaderMap? _trailers;
    private SlabPool? _pool;
    private long _toSend;

    protected Http2Stream()
    {
        Input = new Http2StreamInput(this);
    }

    public int Id { get; set; }

    public int TableIndex { get; set; }

    public int SendWindow { get; set; }

    public long StartMicros { get; private set; }

    public Http2StreamInput Input { get; }

    /// <summary>When the end of the message must have left; 0 while it has not been given.</summary>
    public long FlushDeadlineMicros => _waiting?.DeadlineMicros ?? 0;

    /// <summary>The head that the peer sent.</summary>
    public HeaderMap Headers { get; } = new();

    /// <summary>The trailers that the peer sent.</summary>
    public HeaderMap Trailers => _trailers ??= new HeaderMap();

    public bool IsClosed { get; private set; } = true;

    /// <summary>The producer has given the end; it may not be written yet.</summary>
    public bool OutputEnded { get; private set; }

    /// <summary>END_STREAM is written.</summary>
    public bool OutputDone { get; private set; }

    public bool HeadSent { get; private set; }

    /// <summary>CONNECT was accepted: either side may end before the other (RFC 9113 section 8.5).</summary>
    public bool IsTunnel { get; set; }

    /// <summary>What waits to be sent, when it has a window.</summary>
    public Http2WaitingOutput? Sendable => !IsClosed && SendWindow > 0 && _waiting is { Length: > 0 } ? _waiting : null;

    public Http2Codec Codec => _codec ?? throw new InvalidOperationException("The stream belongs to no connection.");

    public abstract bool HasDecoder { get; }

    /// <summary>A body that is never written: of a response to HEAD, of 204 and 304.</summary>
    private protected bool SuppressesBody { get; set; }

    private int WaitingBytes => _waiting?.Length ?? 0;

    public void Begin(Http2Codec codec, int id, int sendWindow, int receiveWindow)
    {
        _codec = codec;
        _pool = codec.Buffers;
        Input.Begin(_pool, receiveWindow);
        Id = id;
        SendWindow = sendWindow;
        StartMicros = codec.NowMicros;
        _toSend = -1;
        IsClosed = false;
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
        if (_waiting is not null)
        {
            Codec.Output.Dequeue(_waiting);
            Codec.Stats.Add(Http2Counter.PendingSendBytes, -_waiting.Length);
        }

        return Input.HeldBytes;
    }

    /// <summary>Gives its memory back and itself to the pool; nobody is on the stack any more.</summary>
    public virtual void Recycle()
    {
        if (_pool is { } pool)
        {
            _waiting?.Clear(pool);
        }

        Input.Clear();
        _codec = null;
        _pool = null;
    }

    public bool TryGrowSendWindow(int bytes)
    {
        if (bytes > 0 && SendWindow > int.MaxValue - bytes)
        {
            return false;
        }

        SendWindow += bytes;
        if (Sendable is { } sendable)
        {
            Codec.Output.Enqueue(sendable);
        }

        return true;
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
        if (data.IsEmpty && (!endStream || WaitingBytes > 0))
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

        int taken = WaitingBytes == 0 ? Codec.Output.WriteData(this, data, endStream) : 0;
        if (taken < data.Length)
        {
            Keep(data[taken..]);
        }
        else if (endStream)
        {
            FinishOutput();
        }
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
        if (_waiting is { Length: > 0 })
        {
            _waiting.Append(trailers);
            StartFlushIfEnded();
            return;
        }

        WriteTrailers(trailers);
    }

    /// <summary>The peer takes nothing more, which is no error.</summary>
    public void StopOutput()
    {
        if (_waiting is not null && _pool is { } pool)
        {
            Codec.Output.Dequeue(_waiting);
            Codec.Stats.Add(Http2Counter.PendingSendBytes, -_waiting.Length);
            _waiting.Clear(pool);
        }

        OutputEnded = true;
        OutputDone = true;
    }

    /// <summary>Writes one DATA frame of what waits, and the end when it was the last.</summary>
    public void WriteWaitingFrame()
    {
        Http2Output output = Codec.Output;
        int length = Math.Min(Math.Min(Http2Output.DataFrameBytes, WaitingBytes), Math.Min(SendWindow, output.Window));
        if (length <= 0 || _pool is not { } pool || _waiting is not { } waiting)
        {
            return;
        }

        bool isAll = length == waiting.Length;
        bool last = OutputEnded && isAll && waiting.Trailers is null;
        output.BeginDataFrame(this, length, last);
        waiting.WriteTo(output, pool, length);
        Codec.Stats.Add(Http2Counter.PendingSendBytes, -length);
        if (isAll && waiting.Trailers is { } trailers)
        {
            WriteTrailers(trailers);
        }
        else if (last)
        {
            FinishOutput();
        }
        else if (waiting.HasBlocked && waiting.Length <= Codec.Options.StreamBufferBytes / 2)
        {
            waiting.HasBlocked = false;
            NotifyDrained();
        }
    }

    /// <summary>The stream is over without having completed; the decoder hears it and nothing after.</summary>
    public abstract void NotifyReset(StreamResetReason reason, string detail);

    public abstract void DeliverData(ReadOnlySpan<byte> data, bool endStream);

    public abstract void DeliverTrailers(HeaderMap trailers);

    /// <summary>What we sent does not add up to a message.</summary>
    private protected abstract void FailOutput();

    private protected abstract void NotifyBlocked();

    private protected abstract void NotifyDrained();

    private void Keep(ReadOnlySpan<byte> data)
    {
        if (_pool is not { } pool)
        {
            return;
        }

        _waiting ??= new Http2WaitingOutput(this);
        Codec.Stats.Add(Http2Counter.PendingSendBytes, data.Length);
        if (!_waiting.TryAppend(pool, data))
        {
            Codec.Fail(Http2ErrorCode.InternalError, "http2.out_of_buffers");
            return;
        }

        if (SendWindow > 0)
        {
            Codec.Output.Enqueue(_waiting);
        }

        StartFlushIfEnded();
        if (!OutputEnded && !_waiting.HasBlocked && _waiting.Length > Codec.Options.StreamBufferBytes)
        {
            _waiting.HasBlocked = true;
            NotifyBlocked();
        }
    }

    private void StartFlushIfEnded()
    {
        if (OutputEnded && _waiting is { Length: > 0, DeadlineMicros: 0 })
        {
            _waiting.DeadlineMicros = Codec.StartFlush();
        }
    }

    private void WriteTrailers(HeaderMap trailers)
    {
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

    private void FinishOutput()
    {
        OutputDone = true;
        if (_waiting is not null)
        {
            _waiting.DeadlineMicros = 0;
        }

        Codec.OnOutputDone(this);
    }
}
