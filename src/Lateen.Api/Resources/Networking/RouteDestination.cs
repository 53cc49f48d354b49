namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A destination with its share of the connections.</summary>
public sealed record RouteDestination
{
    [Description("Where the connections go.")]
    [Required]
    public Destination? Destination { get; init; }

    [Description("The share relative to the other weights; a single destination needs none.")]
    [Range(0, int.MaxValue)]
    public int Weight { get; init; }
}
