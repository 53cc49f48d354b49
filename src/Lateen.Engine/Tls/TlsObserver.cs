namespace Lateen.Engine.Tls;

/// <summary>Is told how handshakes end, to count them. Shared by all workers.</summary>
public abstract class TlsObserver
{
    public abstract void OnHandshake(TlsSession session);

    /// <summary>A handshake failed, or an established session broke.</summary>
    public abstract void OnFailure(TlsFailure failure);
}
