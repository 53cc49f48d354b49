namespace Lateen.Proxy.Config;

/// <summary>A secret by name: a certificate with its key, what peers are verified against, or opaque bytes. One of them is set.</summary>
public sealed record SecretConfig
{
    public required string Name { get; init; }

    public TlsCertificateConfig? Certificate { get; init; }

    public ValidationContextConfig? Validation { get; init; }

    /// <summary>Keys of stateless session resumption, the first one encrypts; null when this is another kind of secret.</summary>
    public IReadOnlyList<byte[]>? SessionTicketKeys { get; init; }

    public byte[]? Generic { get; init; }
}
