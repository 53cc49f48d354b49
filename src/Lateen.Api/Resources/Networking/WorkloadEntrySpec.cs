namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lateen.Api.Names;

/// <summary>An address and what is known of the workload behind it.</summary>
public sealed record WorkloadEntrySpec
{
    [Description("An IP address, or a name where the service is resolved by DNS.")]
    public string Address { get; init; } = "";

    [Description("Ports of the workload by the name of the service's port.")]
    public ValueMap<string, int> Ports { get; init; } = ValueMap<string, int>.Empty;

    [Description("Labels of the workload, for selectors and subsets.")]
    public ValueMap<string, string> Labels { get; init; } = ValueMap<string, string>.Empty;

    [Description("The network of the workload. This version has one network.")]
    public string Network { get; init; } = "";

    [Description("Where the workload runs: region/zone/subzone.")]
    public string Locality { get; init; } = "";

    [Description("Its share of calls within its locality; 1 by default.")]
    [Range(0, int.MaxValue)]
    public int Weight { get; init; }

    [Description("The account whose identity the workload has.")]
    public string ServiceAccount { get; init; } = "";
}
