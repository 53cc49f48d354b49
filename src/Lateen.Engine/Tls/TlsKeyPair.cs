namespace Lateen.Engine.Tls;

/// <summary>A certificate with its chain and its private key, all in PEM.</summary>
public sealed record TlsKeyPair
{
    /// <summary>The leaf first, then its issuers.</summary>
    public required byte[] Chain { get; init; }

    public required byte[] Key { get; init; }

    /// <summary>Of an encrypted key; empty when it is not.</summary>
    public string Password { get; init; } = "";

    /// <summary>An OCSP response in DER that is stapled to the handshake; null staples none.</summary>
    public byte[]? OcspStaple { get; init; }
}
