namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lateen.Api.Names;

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

    [Description("Namespaces whose proxies see this rule: names, . (the own) or * (all, the default).")]
    public ValueList<string> ExportTo { get; init; } = [];

    [Description("The calling workloads of this namespace that apply it; all callers by default.")]
    public WorkloadMatchLabels? WorkloadSelector { get; init; }
}
