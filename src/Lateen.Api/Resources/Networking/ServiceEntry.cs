namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>A service that Kubernetes does not know: outside the mesh, or a group of workloads inside it.</summary>
[CustomResource("networking.istio.io", "ServiceEntry", "serviceentries", ShortNames = ["se"])]
[PrinterColumn("Hosts", ".spec.hosts", "The hosts of the service.")]
[PrinterColumn("Location", ".spec.location", "Whether the service is part of the mesh.")]
[PrinterColumn("Resolution", ".spec.resolution", "How its endpoints are found.")]
public sealed record ServiceEntry
{
    [Description("The version of this object's schema.")]
    public string ApiVersion { get; init; } = "";

    [Description("ServiceEntry.")]
    public string Kind { get; init; } = "";

    [Description("Standard object metadata.")]
    public ObjectMeta Metadata { get; init; } = new();

    [Description("The service.")]
    public ServiceEntrySpec Spec { get; init; } = new();

    [Description("What became of the service, written by the control plane.")]
    public ServiceEntryStatus? Status { get; init; }
}
