namespace Lateen.Engine.Http;

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

    /// <summary>The first byte of a request arrived; header timeouts start here.</summary>
    public virtual void OnRequestStarted()
    {
    }

    /// <summary>The head that <see cref="OnRequestStarted"/> announced has arrived and makes no stream (HTTP/2: refused or malformed).</summary>
    public virtual void OnRequestAbandoned()
    {
    }

    /// <summary>The last exchange is over and the connection waits for the next request; idle timeouts start here.</summary>
    public virtual void OnIdle()
    {
    }

    /// <summary>The connection is gone; every open stream was reset before.</summary>
    public abstract void OnConnectionClosed();
}
