namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Which localities take the calls of a client, given where the client is.</summary>
public sealed record LocalityLbSetting
{
    [Description("Explicit shares of localities, by the locality of the client.")]
    public ValueList<LocalityDistribute> Distribute { get; init; } = [];

    [Description("Which region takes over from which; needs outlierDetection.")]
    public ValueList<LocalityFailover> Failover { get; init; } = [];

    [Description("Labels, most important first: workloads that share more of them with the client come earlier. Needs outlierDetection.")]
    public ValueList<string> FailoverPriority { get; init; } = [];

    [Description("False switches locality preference off, whatever the mesh says.")]
    public bool? Enabled { get; init; }
}
