namespace Lateen.Proxy.Clusters;

/// <summary>A wait for a connection; embedded in its owner and re-used.</summary>
internal abstract class PoolRequest
{
    internal PoolRequest? Next;
    internal PoolRequest? Previous;

    /// <summary>The pool it waits in; null when it does not wait.</summary>
    public HttpPool? WaitingIn { get; internal set; }

    /// <summary>The breakers of the request's priority.</summary>
    public CircuitBreakers? Breakers { get; set; }

    /// <summary>Why TLS failed, when that is why there is no connection; otherwise empty.</summary>
    public string TransportFailure { get; set; } = "";

    public abstract void OnReady(UpstreamConnection connection);

    public abstract void OnFailed(PoolFailure failure);
}
