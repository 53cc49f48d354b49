namespace Lateen.Proxy.Config;

using System.Collections.Frozen;

/// <summary>How bytes are carried on a connection: as they are, or inside TLS.</summary>
public abstract class TransportSocketFactory
{
    /// <summary>Envoy's name of the transport socket.</summary>
    public abstract string Name { get; }

    /// <summary>Secrets that must be there before a listener or cluster with this socket serves.</summary>
    public virtual IReadOnlyList<string> SecretNames => [];

    /// <summary>False while it cannot carry a connection, because secrets are missing.</summary>
    public virtual bool IsReady => true;

    /// <summary>New secrets are in effect; called by the configuration thread with every snapshot.</summary>
    public virtual void Update(FrozenDictionary<string, SecretConfig> secrets)
    {
    }
}
