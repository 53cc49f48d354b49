namespace Lateen.Engine.Tls;

/// <summary>What a peer's certificate must satisfy.</summary>
public sealed record TlsValidation
{
    /// <summary>PEM; null leaves the chain unchecked.</summary>
    public byte[]? TrustedCa { get; init; }

    /// <summary>Certificate revocation lists in PEM.</summary>
    public byte[]? Revocations { get; init; }

    public bool OnlyLeafRevocation { get; init; }

    public bool AllowExpired { get; init; }

    /// <summary>An untrusted chain does not fail the handshake.</summary>
    public bool AcceptUntrusted { get; init; }

    /// <summary>Issuers between the leaf and the trust anchor; -1 means OpenSSL's default of 100.</summary>
    public int MaxDepth { get; init; } = -1;

    /// <summary>Null accepts every name.</summary>
    public TlsNameVerifier? Names { get; init; }

    /// <summary>SHA-256 of accepted certificates; with <see cref="PublicKeyHashes"/>, either is enough.</summary>
    public IReadOnlyList<byte[]> CertificateHashes { get; init; } = [];

    /// <summary>SHA-256 of accepted public keys (SPKI).</summary>
    public IReadOnlyList<byte[]> PublicKeyHashes { get; init; } = [];
}
