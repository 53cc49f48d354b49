namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Chooses workloads of a namespace by their labels.</summary>
public sealed record WorkloadLabels
{
    [Description("Labels that a workload has.")]
    public ValueMap<string, string> Labels { get; init; } = ValueMap<string, string>.Empty;
}
