namespace Lateen.Control.Registry;

/// <summary>How a service's endpoints are found.</summary>
public enum Resolution
{
    /// <summary>The registry lists them.</summary>
    Registry,

    /// <summary>The client has chosen one already (headless services, service entries without resolution).</summary>
    Passthrough,

    /// <summary>The proxy looks names up and balances over all addresses.</summary>
    Dns,

    /// <summary>The proxy looks one name up and uses the first address.</summary>
    DnsRoundRobin,

    /// <summary>The proxy looks up the name in each request.</summary>
    DynamicDns,

    /// <summary>The service is another name of one in the registry (ExternalName): it has no clusters of its own.</summary>
    Alias,
}
