namespace Lateen.Control.Snapshot;

using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.GatewayApi;

/// <summary>One consistent view of services and configuration. It never changes; a change makes the next one.</summary>
public sealed record MeshSnapshot
{
    public static readonly MeshSnapshot Empty = new();

    public long Version { get; init; }

    public MeshSettings Mesh { get; init; } = MeshSettings.Default;

    public ServiceIndex Services { get; init; } = ServiceIndex.Empty;

    public ServiceEntryIndex ServiceEntries { get; init; } = ServiceEntryIndex.Empty;

    public IReadOnlyList<ConfigObject<WorkloadEntrySpec>> WorkloadEntries { get; init; } = [];

    public WorkloadIndex Workloads { get; init; } = WorkloadIndex.Empty;

    public EndpointIndex Endpoints { get; init; } = EndpointIndex.Empty;

    public VirtualServiceIndex VirtualServices { get; init; } = VirtualServiceIndex.Empty;

    public DestinationRuleIndex DestinationRules { get; init; } = DestinationRuleIndex.Empty;

    public GatewayIndex Gateways { get; init; } = GatewayIndex.Empty;

    public SidecarIndex Sidecars { get; init; } = SidecarIndex.Empty;

    /// <summary>What the Kubernetes Gateway API and Ingress add to gateways and virtual services.</summary>
    public GatewayApiModel GatewayApi { get; init; } = GatewayApiModel.Empty;
}
