namespace Lateen.Engine.Tls;

/// <summary>Decides whether a certificate whose chain is trusted belongs to a peer that is wanted. Shared by all workers.</summary>
public abstract class TlsNameVerifier
{
    /// <summary>Differs between verifiers that decide differently: a session is resumed only under the rules it was made under.</summary>
    public abstract string Identity { get; }

    public abstract bool Accepts(TlsCertificate certificate);
}
