namespace Lateen.Engine.Tls;

/// <summary>What both sides of TLS may be told. Defaults are Envoy's.</summary>
public sealed record TlsContextSettings
{
    /// <summary>Auto is TLS 1.2.</summary>
    public TlsVersion MinVersion { get; init; }

    /// <summary>Auto is TLS 1.3.</summary>
    public TlsVersion MaxVersion { get; init; }

    /// <summary>OpenSSL's names; names with TLS_ choose among those of TLS 1.3. Empty is the default.</summary>
    public IReadOnlyList<string> CipherSuites { get; init; } = [];

    public IReadOnlyList<string> Curves { get; init; } = [];

    public IReadOnlyList<string> SignatureAlgorithms { get; init; } = [];

    /// <summary>In order of preference.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    public IReadOnlyList<TlsKeyPair> Certificates { get; init; } = [];

    /// <summary>Null accepts whatever certificate the peer shows, or none.</summary>
    public TlsValidation? Validation { get; init; }
}
