namespace Lateen.Engine.Http;

/// <summary>Why a stream ended without completing.</summary>
public enum StreamResetReason : byte
{
    LocalReset,
    RemoteReset,
    ConnectFailure,
    ConnectTimeout,
    ConnectionTermination,
    Overflow,
    ProtocolError,
}

/// <summary>Told by a server codec about each request on a downstream connection.</summary>
public abstract class HttpServerCallbacks
{
    /// <summary>A request begins. Returns who receives it; the encoder is valid until the decoder saw the end or a reset.</summary>
    public abstract RequestDecoder OnNewStream(ResponseEncoder encoder);

    /// <summary>
    /// The peer broke the protocol before a stream could be made (RFC 9112 section 3 and 5). The codec answers
    /// <paramref name="status"/> itself (400, 413, 426, 431, 501) and closes; this lets the listener log and count it.
    /// </summary>
    public abstract void OnProtocolError(int status, string detail);

    /// <summary>The connection is gone; every open stream was reset before.</summary>
    public abstract void OnConnectionClosed();
}

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

/// <summary>Writes one request on an upstream connection.</summary>
public abstract class RequestEncoder
{
    public abstract void SendHeaders(HeaderMap headers, bool endStream);

    public abstract void SendData(ReadOnlySpan<byte> data, bool endStream);

    public abstract void SendTrailers(HeaderMap trailers);

    public abstract void Reset(StreamResetReason reason);

    /// <summary>Stops delivering this response's body (back-pressure from the downstream).</summary>
    public abstract void PauseReading();

    public abstract void ResumeReading();
}
