namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;

/// <summary>A region that takes over from another.</summary>
public sealed record LocalityFailover
{
    [Description("The clients' region.")]
    public string From { get; init; } = "";

    [Description("The region that takes their calls when their own has failed.")]
    public string To { get; init; } = "";
}
