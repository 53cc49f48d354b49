namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>A workload that is no pod, such as a virtual machine.</summary>
[CustomResource("networking.istio.io", "WorkloadEntry", "workloadentries", ShortNames = ["we"])]
[PrinterColumn("Address", ".spec.address", "The address of the workload.")]
public sealed record WorkloadEntry
{
    [Description("The version of this object's schema.")]
    public string ApiVersion { get; init; } = "";

    [Description("WorkloadEntry.")]
    public string Kind { get; init; } = "";

    [Description("Standard object metadata.")]
    public ObjectMeta Metadata { get; init; } = new();

    [Description("The workload.")]
    public WorkloadEntrySpec Spec { get; init; } = new();

    [Description("What became of the workload, written by the control plane.")]
    public IstioStatus? Status { get; init; }
}
