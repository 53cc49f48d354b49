namespace Lateen.Proxy.Config;

/// <summary>A certificate chain with its private key, in PEM.</summary>
public sealed record TlsCertificateConfig
{
    /// <summary>The leaf first.</summary>
    public required byte[] CertificateChain { get; init; }

    public required byte[] PrivateKey { get; init; }

    /// <summary>Of an encrypted key; null when it is not.</summary>
    public string? Password { get; init; }

    /// <summary>DER; null when nothing is stapled.</summary>
    public byte[]? OcspStaple { get; init; }
}
