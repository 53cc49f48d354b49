namespace Lateen.Proxy.Tls;

/// <summary>TLS towards hosts. Defaults are Envoy's.</summary>
public sealed record UpstreamTlsConfig
{
    public CommonTlsConfig Common { get; init; } = new();

    /// <summary>SNI; empty sends none.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>SNI is the host's own name where it has one.</summary>
    public bool UseHostname { get; init; }

    /// <summary>The certificate must be for the SNI; other rules about names do not count then.</summary>
    public bool VerifyServerName { get; init; }

    /// <summary>Sessions kept for a host; 0 resumes none.</summary>
    public int MaxSessions { get; init; } = 1;
}
