namespace Lateen.Proxy.Network;

using Lateen.Proxy.Http;

/// <summary>Watches TCP connections of a filter chain. Shared by all workers and stateless.</summary>
public abstract class NetworkFilter
{
    public virtual void OnConnection(StreamInfo info)
    {
    }

    /// <summary>Called once at the end of the connection, before its access log.</summary>
    public virtual void OnComplete(StreamInfo info)
    {
    }
}
