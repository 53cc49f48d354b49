namespace Lateen.Proxy.Tls;

using Lateen.Engine.Tls;
using Lateen.Proxy.Config;

/// <summary>What downstream and upstream TLS have in common: parameters, and where keys and trust come from.</summary>
public sealed record CommonTlsConfig
{
    /// <summary>Versions, cipher suites, curves and ALPN; its certificates and validation are left empty.</summary>
    public TlsContextSettings Parameters { get; init; } = new();

    public IReadOnlyList<TlsCertificateConfig> Certificates { get; init; } = [];

    /// <summary>Certificates that come as secrets.</summary>
    public IReadOnlyList<string> CertificateSecrets { get; init; } = [];

    /// <summary>Given in place, or the default that the secret adds to.</summary>
    public ValidationContextConfig? Validation { get; init; }

    /// <summary>Trust that comes as a secret; empty when it does not.</summary>
    public string ValidationSecret { get; init; } = "";
}
