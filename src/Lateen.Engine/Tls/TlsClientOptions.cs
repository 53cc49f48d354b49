namespace Lateen.Engine.Tls;

/// <summary>TLS of one connection that is opened.</summary>
public sealed record TlsClientOptions
{
    /// <summary>Null while its keys or trust have not arrived: the connection then fails.</summary>
    public required TlsClientContext? Context { get; init; }

    /// <summary>SNI; empty sends none.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>A name that the certificate must be for, instead of what the context asks of names; empty leaves it to the context.</summary>
    public string ExpectedName { get; init; } = "";

    /// <summary>ALPN in wire format, in place of the context's; null leaves it to the context.</summary>
    public byte[]? ApplicationProtocols { get; init; }

    /// <summary>Names that are accepted, instead of the context's; null leaves it to the context.</summary>
    public TlsNameVerifier? Names { get; init; }

    public TlsObserver? Observer { get; init; }

    /// <summary>Sessions are kept and resumed under this; usually the host's address.</summary>
    public string SessionKey { get; init; } = "";
}
