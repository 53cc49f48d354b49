namespace Lateen.Proxy.Config;

/// <summary>Carries a TCP connection to the upstream inside an HTTP/1.1 CONNECT (RFC 9110 section 9.3.6).</summary>
public sealed record TunnelConfig
{
    /// <summary>The authority to connect to, with operators such as %REQUESTED_SERVER_NAME%.</summary>
    public required string Hostname { get; init; }

    public HeaderMutations Headers { get; init; } = HeaderMutations.None;
}
