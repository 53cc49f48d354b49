namespace Lateen.Engine.Http;

/// <summary>Receives one request. Spans are valid only inside the call.</summary>
public abstract class RequestDecoder
{
    /// <summary>The map belongs to the codec's stream and stays valid, and may be changed, until the stream ends.</summary>
    public abstract void OnHeaders(HeaderMap headers, bool endStream);

    public abstract void OnData(ReadOnlySpan<byte> data, bool endStream);

    public abstract void OnTrailers(HeaderMap trailers);

    public abstract void OnReset(StreamResetReason reason);

    /// <summary>The downstream connection has too many bytes pending: stop producing the response.</summary>
    public abstract void OnWriteBlocked();

    public abstract void OnWriteDrained();
}
