namespace Lateen.Engine.Http2;

using Lateen.Engine.Transport;

/// <summary>
/// Told by a client codec about its connection; a stream under way hears of its own end first, so whoever cares for streams alone
/// overrides nothing.
/// </summary>
public abstract class Http2ClientCallbacks
{
    public virtual void OnConnected(Http2ClientCodec codec)
    {
    }

    /// <summary>The connection could not be made; nothing follows.</summary>
    public virtual void OnConnectFailed(Http2ClientCodec codec, ConnectFailure failure)
    {
    }

    /// <summary>A stream is over, so another may begin. May be told from inside the calls of that stream.</summary>
    public virtual void OnStreamClosed(Http2ClientCodec codec)
    {
    }

    /// <summary>The peer's SETTINGS arrived: <see cref="Http2ClientCodec.MaxConcurrentStreams"/> may be another.</summary>
    public virtual void OnCapacityChanged(Http2ClientCodec codec)
    {
    }

    /// <summary>The peer takes no further streams; those above <paramref name="lastStreamId"/> were reset as refused.</summary>
    public virtual void OnGoAway(Http2ClientCodec codec, int lastStreamId, Http2ErrorCode error)
    {
    }

    /// <summary>The connection is gone. Raised once, at the end of the turn in which it closed.</summary>
    public virtual void OnClosed(Http2ClientCodec codec, CloseReason reason)
    {
    }
}
