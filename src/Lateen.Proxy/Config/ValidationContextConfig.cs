namespace Lateen.Proxy.Config;

/// <summary>What a peer's certificate is verified against.</summary>
public sealed record ValidationContextConfig
{
    /// <summary>PEM; null verifies no chain.</summary>
    public byte[]? TrustedCa { get; init; }

    /// <summary>PEM.</summary>
    public byte[]? RevocationList { get; init; }

    /// <summary>The leaf's SHA-256 fingerprint must be one of these (lower-case hex); empty accepts any.</summary>
    public IReadOnlyList<string> CertificateHashes { get; init; } = [];

    /// <summary>The leaf's public key must have one of these hashes (base64 of SHA-256); empty accepts any.</summary>
    public IReadOnlyList<string> SpkiHashes { get; init; } = [];

    /// <summary>One of the leaf's names must match one of these; empty accepts any.</summary>
    public IReadOnlyList<SubjectAltNameMatcher> SubjectAltNames { get; init; } = [];

    public bool AllowExpired { get; init; }

    /// <summary>Go on with a chain that cannot be verified.</summary>
    public bool AcceptUntrusted { get; init; }

    public bool OnlyVerifyLeafRevocation { get; init; }

    /// <summary>Null means the library's own limit.</summary>
    public int? MaxVerifyDepth { get; init; }
}
