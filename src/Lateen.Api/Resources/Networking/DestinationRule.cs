namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>Policies for calls to a Service, and its subsets.</summary>
[CustomResource("networking.istio.io", "DestinationRule", "destinationrules", ShortNames = ["dr"])]
[PrinterColumn("Host", ".spec.host", "The Service to which the policies apply.")]
public sealed record DestinationRule
{
    [Description("The version of this object's schema.")]
    public string ApiVersion { get; init; } = "";

    [Description("DestinationRule.")]
    public string Kind { get; init; } = "";

    [Description("Standard object metadata.")]
    public ObjectMeta Metadata { get; init; } = new();

    [Description("The policies and subsets.")]
    public DestinationRuleSpec Spec { get; init; } = new();

    [Description("What became of the policies, written by the control plane.")]
    public IstioStatus? Status { get; init; }
}
