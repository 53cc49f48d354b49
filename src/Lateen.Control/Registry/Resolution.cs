namespace Lateen.Control.Registry;

/// <summary>How a service's endpoints are found.</summary>
public enum Resolution
{
    /// <summary>The registry lists them.</summary>
    Registry,

    /// <summary>The client has chosen one already (headless services).</summary>
    Passthrough,

    /// <summary>The proxy looks the name up (services of type ExternalName).</summary>
    Dns,

    /// <summary>The service is another name of one in the registry (ExternalName): it has no clusters of its own.</summary>
    Alias,
}
