namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Chooses workloads of a namespace by their labels, written matchLabels.</summary>
public sealed record WorkloadMatchLabels
{
    [Description("Labels that a workload has.")]
    public ValueMap<string, string> MatchLabels { get; init; } = ValueMap<string, string>.Empty;
}
