namespace Lateen.Engine.Tls;

/// <summary>What the accepting side is told besides.</summary>
public sealed record TlsServerSettings
{
    public required TlsContextSettings Common { get; init; }

    public bool RequireClientCertificate { get; init; }

    /// <summary>A client without a server name is refused.</summary>
    public bool RequireServerName { get; init; }

    /// <summary>80 bytes each: name 16, HMAC key 32, AES key 32. The first seals, all open. Empty: the process makes its own.</summary>
    public IReadOnlyList<byte[]> TicketKeys { get; init; } = [];

    /// <summary>How long a session may be resumed; zero is OpenSSL's default of two hours.</summary>
    public TimeSpan SessionTimeout { get; init; }

    public bool DisableTickets { get; init; }

    public bool DisableSessionCache { get; init; }

    public bool PreferClientCiphers { get; init; }

    /// <summary>How long a handshake may take.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
