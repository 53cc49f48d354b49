namespace Lateen.Proxy.Tls;

/// <summary>TLS of accepted connections. Defaults are Envoy's, but the handshake has a limit of 15 s, as Istio sets it.</summary>
public sealed record DownstreamTlsConfig
{
    public CommonTlsConfig Common { get; init; } = new();

    public bool RequireClientCertificate { get; init; }

    public bool RequireServerName { get; init; }

    public IReadOnlyList<byte[]> TicketKeys { get; init; } = [];

    /// <summary>Ticket keys that come as a secret; empty when they do not.</summary>
    public string TicketKeySecret { get; init; } = "";

    public bool DisableTickets { get; init; }

    public bool DisableSessionCache { get; init; }

    public bool PreferClientCiphers { get; init; }

    public TimeSpan SessionTimeout { get; init; }

    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
