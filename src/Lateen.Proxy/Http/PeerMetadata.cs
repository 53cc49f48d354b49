namespace Lateen.Proxy.Http;

/// <summary>
/// A workload as its peer knows it, for metrics and logs. Instances are shared: compare and cache them by reference.
/// </summary>
public sealed record PeerMetadata
{
    public string Name { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string WorkloadName { get; init; } = "";

    public string WorkloadType { get; init; } = "";

    public string CanonicalService { get; init; } = "";

    public string CanonicalRevision { get; init; } = "";

    public string App { get; init; } = "";

    public string Version { get; init; } = "";

    public string Cluster { get; init; } = "";

    public string Principal { get; init; } = "";
}
