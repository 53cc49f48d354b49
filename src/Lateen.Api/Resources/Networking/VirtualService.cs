namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>How requests for a set of hosts are routed.</summary>
[CustomResource("networking.istio.io", "VirtualService", "virtualservices", ShortNames = ["vs"])]
[PrinterColumn("Gateways", ".spec.gateways", "The gateways and mesh to which the routes apply.")]
[PrinterColumn("Hosts", ".spec.hosts", "The hosts whose requests are routed.")]
public sealed record VirtualService
{
    [Description("The version of this object's schema.")]
    public string ApiVersion { get; init; } = "";

    [Description("VirtualService.")]
    public string Kind { get; init; } = "";

    [Description("Standard object metadata.")]
    public ObjectMeta Metadata { get; init; } = new();

    [Description("The routing rules.")]
    public VirtualServiceSpec Spec { get; init; } = new();

    [Description("What became of the rules, written by the control plane.")]
    public IstioStatus? Status { get; init; }
}
