namespace Lateen.Proxy.Config;

/// <summary>The cache of a cluster whose hosts are whatever requests name. Defaults are Envoy's (dns_cache.proto).</summary>
public sealed record DynamicForwardConfig
{
    public DnsLookupFamily Family { get; init; }

    public TimeSpan RefreshRate { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a name is kept without being used.</summary>
    public TimeSpan HostTtl { get; init; } = TimeSpan.FromMinutes(5);

    public int MaxHosts { get; init; } = 1024;

    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
