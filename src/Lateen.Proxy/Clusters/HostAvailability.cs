namespace Lateen.Proxy.Clusters;

/// <summary>What balancing makes of a host's health.</summary>
internal enum HostAvailability : byte
{
    Healthy,

    /// <summary>Used when healthy hosts cannot carry everything.</summary>
    Degraded,

    /// <summary>Used in panic only.</summary>
    Unhealthy,
}
