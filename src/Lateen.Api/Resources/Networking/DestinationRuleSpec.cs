namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Schemas;

/// <summary>The policies and subsets of a DestinationRule.</summary>
public sealed record DestinationRuleSpec
{
    [Description("The Service: a short name of this namespace, a full name, or a *. wildcard.")]
    [Required]
    public string Host { get; init; } = "";

    [Description("Policies for every call to the host.")]
    public TrafficPolicy? TrafficPolicy { get; init; }

    [Description("Named groups of the host's workloads, chosen by labels.")]
    public ValueList<Subset> Subsets { get; init; } = [];

    [Description("Namespaces that see this rule. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? ExportTo { get; init; }

    [Description("The client workloads that apply it. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? WorkloadSelector { get; init; }
}
