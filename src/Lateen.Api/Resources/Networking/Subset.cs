namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lateen.Api.Names;

/// <summary>A named group of a Service's workloads.</summary>
public sealed record Subset
{
    [Description("The name by which routes refer to it.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("Labels that a workload of the subset has.")]
    public ValueMap<string, string> Labels { get; init; } = ValueMap<string, string>.Empty;

    [Description("Policies for this subset, used when a route names it.")]
    public TrafficPolicy? TrafficPolicy { get; init; }
}
