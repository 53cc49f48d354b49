namespace Lateen.Engine.Tls;

/// <summary>What a finished handshake agreed upon.</summary>
public sealed class TlsSession
{
    /// <summary>"h2", "http/1.1", …; empty when ALPN chose none.</summary>
    public required string ApplicationProtocol { get; init; }

    /// <summary>The name that the client asked for (SNI), lower case; empty when it named none.</summary>
    public required string ServerName { get; init; }

    /// <summary>"TLSv1.2" or "TLSv1.3".</summary>
    public required string Version { get; init; }

    /// <summary>OpenSSL's name of it.</summary>
    public required string CipherSuite { get; init; }

    /// <summary>"X25519", "P-256", …; empty when unknown.</summary>
    public required string Curve { get; init; }

    public required bool IsResumed { get; init; }

    /// <summary>Null when the peer showed none.</summary>
    public required TlsCertificate? PeerCertificate { get; init; }

    /// <summary>Whether <see cref="PeerCertificate"/> was checked against trusted authorities or pins.</summary>
    public required bool IsPeerVerified { get; init; }

    /// <summary>Null when this side showed none.</summary>
    public required TlsCertificate? LocalCertificate { get; init; }

    /// <summary>What the connection's user derives from all this and wants to make once only.</summary>
    public byte[]? DerivedText { get; set; }
}
