namespace Lateen.Engine.Http;

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
