namespace Lateen.Proxy.Config;

/// <summary>How bytes are carried on a connection: as they are, or inside TLS.</summary>
public abstract class TransportSocketFactory
{
    /// <summary>Envoy's name of the transport socket.</summary>
    public abstract string Name { get; }

    /// <summary>Secrets that must be there before a listener or cluster with this socket serves.</summary>
    public virtual IReadOnlyList<string> SecretNames => [];
}
