namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>What the sidecars of a namespace, or of some workloads in it, listen for and may call.</summary>
[CustomResource("networking.istio.io", "Sidecar", "sidecars")]
public sealed record Sidecar
{
    [Description("The version of this object's schema.")]
    public string ApiVersion { get; init; } = "";

    [Description("Sidecar.")]
    public string Kind { get; init; } = "";

    [Description("Standard object metadata.")]
    public ObjectMeta Metadata { get; init; } = new();

    [Description("Which workloads, what they listen for and what they may call.")]
    public SidecarSpec Spec { get; init; } = new();

    [Description("What became of the object, written by the control plane.")]
    public IstioStatus? Status { get; init; }
}
