namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Which workloads a Sidecar is for, what they listen for and what they may call.</summary>
public sealed record SidecarSpec
{
    [Description("The workloads; all of the namespace by default. Without it in the root namespace: all of the mesh.")]
    public WorkloadLabels? WorkloadSelector { get; init; }

    [Description("Ports that are served; those that Services name by default.")]
    public ValueList<IngressListener> Ingress { get; init; } = [];

    [Description("Services that may be called; all that are exported to the namespace by default.")]
    public ValueList<EgressListener> Egress { get; init; } = [];

    [Description("Limits on connections to the application, for every port.")]
    public ConnectionPoolSettings? InboundConnectionPool { get; init; }

    [Description("What happens to calls to hosts that are not known; as the mesh configuration says by default.")]
    public SidecarOutboundPolicy? OutboundTrafficPolicy { get; init; }
}
