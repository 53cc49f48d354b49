namespace Lateen.Control.Registry;

using Lateen.Api.Names;

/// <summary>
/// A proxy as it describes itself: id "type~ip~pod.namespace~namespace.svc.domain" and the metadata of its pod.
/// </summary>
public sealed record ProxyNode
{
    public required string Id { get; init; }

    public required ProxyType Type { get; init; }

    public required string IpAddress { get; init; }

    public required string Pod { get; init; }

    public required string Namespace { get; init; }

    public string DomainSuffix { get; init; } = "cluster.local";

    public ValueMap<string, string> Labels { get; init; } = ValueMap<string, string>.Empty;

    /// <summary>Container ports by name, to resolve a Service's named targetPort.</summary>
    public ValueMap<string, int> PodPorts { get; init; } = ValueMap<string, int>.Empty;

    public string WorkloadName { get; init; } = "";

    public string ServiceAccount { get; init; } = "";

    public string ClusterId { get; init; } = "Kubernetes";

    public string Version { get; init; } = "";

    public string Generator { get; init; } = "";

    public string Peer { get; init; } = "";

    /// <summary>What the proxy itself says of where it runs; none when only its pod's node tells.</summary>
    public Locality Locality { get; init; } = Locality.None;

    /// <summary>Its agent answers DNS from the name table, so that applications see allocated addresses.</summary>
    public bool DnsCapture { get; init; }
}
