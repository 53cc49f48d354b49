namespace Lateen.Proxy.Config;

using Lateen.Engine.Transport;

/// <summary>One endpoint.</summary>
public sealed record HostConfig
{
    /// <summary>"None" for a DNS cluster's host, which has <see cref="DnsName"/> and <see cref="DnsPort"/> instead.</summary>
    public SocketAddress Address { get; init; }

    public string DnsName { get; init; } = "";

    public int DnsPort { get; init; }

    /// <summary>For auto host rewrite and logs.</summary>
    public string Hostname { get; init; } = "";

    public int Weight { get; init; } = 1;

    public HostHealth Health { get; init; }

    /// <summary>0 is the highest.</summary>
    public int Priority { get; init; }

    public HostLocality Locality { get; init; } = HostLocality.None;

    public uint LocalityWeight { get; init; }

    /// <summary>Endpoint metadata istio.workload: "name;namespace;canonical-service;canonical-revision;cluster".</summary>
    public string IstioWorkload { get; init; } = "";

    /// <summary>Endpoint metadata envoy.transport_socket_match.tlsMode.</summary>
    public string TlsMode { get; init; } = "";

    /// <summary>Metadata of the filter envoy.lb, by which subsets are made.</summary>
    public IReadOnlyList<LbMetadata> LbMetadata { get; init; } = [];

    /// <summary>Endpoint metadata envoy.transport_socket_match: what a cluster's transport_socket_matches look at.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> TransportSocketMetadata { get; init; } = [];

    /// <summary>All its metadata, by filter, as JSON; null when there is none. For %UPSTREAM_METADATA%.</summary>
    public byte[]? Metadata { get; init; }

    /// <summary>Where health checks go; "none" means the address itself.</summary>
    public SocketAddress HealthCheckAddress { get; init; }

    /// <summary>Replaces the port for health checks; 0 keeps it.</summary>
    public int HealthCheckPort { get; init; }

    /// <summary>The authority of its health checks.</summary>
    public string HealthCheckHostname { get; init; } = "";

    /// <summary>Counts as well without being asked.</summary>
    public bool DisableHealthCheck { get; init; }
}
