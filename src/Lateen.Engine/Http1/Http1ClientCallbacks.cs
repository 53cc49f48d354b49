namespace Lateen.Engine.Http1;

using Lateen.Engine.Transport;

/// <summary>
/// Told by a client codec about its connection; a stream under way hears of its own end first, so whoever cares for streams alone
/// overrides nothing.
/// </summary>
public abstract class Http1ClientCallbacks
{
    public virtual void OnConnected(Http1ClientCodec codec)
    {
    }

    /// <summary>The connection could not be made; nothing follows.</summary>
    public virtual void OnConnectFailed(Http1ClientCodec codec, ConnectFailure failure)
    {
    }

    /// <summary>The last response is complete and the connection may carry another request.</summary>
    public virtual void OnIdle(Http1ClientCodec codec)
    {
    }

    /// <summary>The connection is gone. Raised once, at the end of the turn in which it closed.</summary>
    public virtual void OnClosed(Http1ClientCodec codec, CloseReason reason)
    {
    }
}
