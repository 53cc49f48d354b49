namespace Lateen.Engine.Http;

/// <summary>Writes one response.</summary>
public abstract class ResponseEncoder
{
    /// <summary>Writes a 1xx head (100 Continue, 103).</summary>
    public abstract void SendInformational(HeaderMap headers);

    /// <summary>
    /// Writes the head. The codec adds the framing headers and Date is the caller's; it never lets Content-Length and
    /// Transfer-Encoding contradict each other (RFC 9112 section 6.3).
    /// </summary>
    public abstract void SendHeaders(HeaderMap headers, bool endStream);

    public abstract void SendData(ReadOnlySpan<byte> data, bool endStream);

    public abstract void SendTrailers(HeaderMap trailers);

    /// <summary>Ends the stream at once; on HTTP/1.1 that closes the connection.</summary>
    public abstract void Reset(StreamResetReason reason);

    /// <summary>Stops delivering this request's body (back-pressure from the upstream).</summary>
    public abstract void PauseReading();

    public abstract void ResumeReading();

    /// <summary>Adds Connection: close (HTTP/1.1) and closes after this response; used while draining.</summary>
    public abstract void CloseAfterResponse();
}
