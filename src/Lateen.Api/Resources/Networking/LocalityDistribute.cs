namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Shares of localities for clients of one locality.</summary>
public sealed record LocalityDistribute
{
    [Description("The clients' locality: region/zone/subzone, * for any.")]
    public string From { get; init; } = "";

    [Description("Percent of calls by the workloads' locality; they add up to 100.")]
    public ValueMap<string, int> To { get; init; } = ValueMap<string, int>.Empty;
}
