namespace Lateen.Engine.Http2;

using Lateen.Engine.Buffers;

/// <summary>
/// The receiving half of a stream: its window, the promised length, and what is held back while the consumer pauses. What is held back
/// gives no window back, so that the peer stops too.
/// </summary>
internal sealed class Http2StreamInput(Http2Stream stream)
{
    private OutputQueue _held;
    private SlabPool? _pool;
    private long _expected;
    private int _window;
    private int _consumed;
    private bool _isPaused;
    private bool _isResuming;
    private bool _holdsEnd;
    private bool _holdsTrailers;

    /// <summary>The peer has ended its side; the end may not be delivered yet.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The end of the peer's message was delivered.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Bytes that have arrived and not been delivered.</summary>
    public int HeldBytes => _held.Length;

    public void Begin(SlabPool pool, int window)
    {
        _pool = pool;
        _expected = -1;
        _window = window;
        _consumed = 0;
        _isPaused = false;
        _isResuming = false;
        _holdsEnd = false;
        _holdsTrailers = false;
        IsEnded = false;
        IsDone = false;
    }

    public void Clear()
    {
        if (_pool is { } pool && !_held.IsEmpty)
        {
            _held.Clear(pool);
        }

        _pool = null;
    }

    /// <summary>The body must be this long; -1 when any length will do.</summary>
    public void Expect(long length) => _expected = length;

    public bool TryTakeWindow(int bytes)
    {
        if (bytes > _window)
        {
            return false;
        }

        _window -= bytes;
        return true;
    }

    public void Receive(ReadOnlySpan<byte> data, bool endStream)
    {
        if (_expected >= 0 && (data.Length > _expected || (endStream && data.Length != _expected)))
        {
            // RFC 9113 section 8.1.1; anything else is request smuggling at the next hop.
            Http2Codec codec = stream.Codec;
            codec.ReturnWindow(data.Length);
            codec.FailMessage(stream, Http2Fault.BadContentLength.Detail);
            return;
        }

        _expected = _expected < 0 ? -1 : _expected - data.Length;
        IsEnded = endStream;
        if (stream.HasDecoder && (_isPaused || !_held.IsEmpty))
        {
            Hold(data, endStream);
        }
        else
        {
            Deliver(data, endStream);
        }
    }

    /// <summary>The peer's message ends with the stream's trailers.</summary>
    public void ReceiveTrailers()
    {
        if (_expected > 0)
        {
            stream.Codec.FailMessage(stream, Http2Fault.BadContentLength.Detail);
            return;
        }

        IsEnded = true;
        if (_isPaused || !_held.IsEmpty)
        {
            _holdsTrailers = true;
            return;
        }

        DeliverTrailers();
    }

    /// <summary>The peer's message ended with its head.</summary>
    public void ReceiveEnd()
    {
        IsEnded = true;
        IsDone = true;
    }

    public void Pause() => _isPaused = true;

    public void Resume()
    {
        if (!_isPaused)
        {
            return;
        }

        _isPaused = false;
        bool waits = !_held.IsEmpty || _holdsEnd || _holdsTrailers;
        if (waits && !_isResuming && !stream.IsClosed)
        {
            _isResuming = true;
            stream.Codec.DeferResume(stream);
        }
    }

    public void DeliverHeld(bool evenIfPaused = false)
    {
        _isResuming &= evenIfPaused;
        if (_pool is not { } pool)
        {
            return;
        }

        while ((!_isPaused || evenIfPaused) && !stream.IsClosed && !_held.IsEmpty)
        {
            ReadOnlySpan<byte> run = _held.First;
            bool last = run.Length == _held.Length;
            Deliver(run, last && _holdsEnd);
            if (!stream.IsClosed)
            {
                _held.Consume(pool, run.Length);
            }
        }

        if ((_isPaused && !evenIfPaused) || stream.IsClosed || IsDone)
        {
            return;
        }

        if (_holdsTrailers)
        {
            DeliverTrailers();
        }
        else if (_holdsEnd)
        {
            Deliver(default, endStream: true);
        }
    }

    /// <summary>Bytes of the peer are dealt with. Their window is given back in halves, and not after the end.</summary>
    public void ReturnWindow(int bytes)
    {
        if (stream.IsClosed || IsEnded)
        {
            return;
        }

        _consumed += bytes;
        if (_consumed >= stream.Codec.Options.InitialStreamWindowBytes / 2)
        {
            stream.Codec.Output.WriteWindowUpdate(stream.Id, _consumed);
            _window += _consumed;
            _consumed = 0;
        }
    }

    private void Hold(ReadOnlySpan<byte> data, bool endStream)
    {
        _holdsEnd |= endStream;
        if (_pool is { } pool && !_held.TryAppend(pool, data))
        {
            stream.Codec.Fail(Http2ErrorCode.InternalError, "http2.out_of_buffers");
        }
    }

    private void Deliver(ReadOnlySpan<byte> data, bool endStream)
    {
        Http2Codec codec = stream.Codec;
        IsDone = endStream;
        if (stream.HasDecoder && (endStream || !data.IsEmpty))
        {
            stream.DeliverData(data, endStream);
        }

        if (!stream.IsClosed)
        {
            codec.ReturnWindow(data.Length);
            ReturnWindow(data.Length);
        }
        else if (_held.IsEmpty)
        {
            // Held bytes were given back when the stream was closed.
            codec.ReturnWindow(data.Length);
        }

        if (endStream && !stream.IsClosed)
        {
            codec.OnInputDone(stream);
        }
    }

    private void DeliverTrailers()
    {
        Http2Codec codec = stream.Codec;
        IsDone = true;
        codec.Stats.Add(Http2Counter.Trailers);
        if (stream.HasDecoder)
        {
            stream.DeliverTrailers(stream.Trailers);
        }

        if (!stream.IsClosed)
        {
            codec.OnInputDone(stream);
        }
    }
}
