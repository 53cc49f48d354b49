namespace Lateen.Engine.Http2;

using Lateen.Engine.Buffers;
using Lateen.Engine.Http;

/// <summary>
/// What a stream has to send and cannot yet, because a window or the socket is full: the rest of a body and the trailers behind it. Most
/// streams never wait and have none.
/// </summary>
internal sealed class Http2WaitingOutput(Http2Stream stream)
{
    private OutputQueue _body;
    private HeaderMap? _trailers;
    private bool _hasTrailers;

    public Http2Stream Stream => stream;

    public int Length => _body.Length;

    /// <summary>The trailers that follow the body, or null.</summary>
    public HeaderMap? Trailers => _hasTrailers ? _trailers : null;

    /// <summary>The producer was told to stop.</summary>
    public bool HasBlocked { get; set; }

    /// <summary>When the end of the message must have left; 0 while it has not been given.</summary>
    public long DeadlineMicros { get; set; }

    // Links of the queue of streams that wait to send; owned by Http2Output.
    public bool IsQueued { get; set; }

    public Http2WaitingOutput? Next { get; set; }

    public Http2WaitingOutput? Previous { get; set; }

    public bool TryAppend(SlabPool pool, ReadOnlySpan<byte> data) => _body.TryAppend(pool, data);

    public void Append(HeaderMap trailers)
    {
        _trailers ??= new HeaderMap();
        _trailers.CopyFrom(trailers);
        _hasTrailers = true;
    }

    /// <summary>Writes the first bytes of the body, which are the payload of a frame that has begun.</summary>
    public void WriteTo(Http2Output output, SlabPool pool, int length)
    {
        for (int left = length; left > 0;)
        {
            ReadOnlySpan<byte> run = _body.First;
            run = run[..Math.Min(run.Length, left)];
            output.WritePayload(run);
            _body.Consume(pool, run.Length);
            left -= run.Length;
        }
    }

    public void Clear(SlabPool pool)
    {
        _body.Clear(pool);
        _hasTrailers = false;
        HasBlocked = false;
        DeadlineMicros = 0;
    }
}
