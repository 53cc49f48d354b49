namespace Lateen.Engine.Http;

/// <summary>Receives one response. Spans are valid only inside the call.</summary>
public abstract class ResponseDecoder
{
    public abstract void OnInformational(HeaderMap headers);

    public abstract void OnHeaders(HeaderMap headers, bool endStream);

    public abstract void OnData(ReadOnlySpan<byte> data, bool endStream);

    public abstract void OnTrailers(HeaderMap trailers);

    /// <summary>The stream ended before the response was complete. <paramref name="detail"/> is a constant for logs.</summary>
    public abstract void OnReset(StreamResetReason reason, string detail);

    public abstract void OnWriteBlocked();

    public abstract void OnWriteDrained();
}
