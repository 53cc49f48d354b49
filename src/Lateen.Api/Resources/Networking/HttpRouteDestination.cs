namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A destination with its share of the requests.</summary>
public sealed record HttpRouteDestination
{
    [Description("Where the requests go.")]
    [Required]
    public Destination? Destination { get; init; }

    [Description("The share relative to the other weights; a single destination needs none.")]
    [Range(0, int.MaxValue)]
    public int Weight { get; init; }

    [Description("Changes to headers for this destination only.")]
    public HeaderRules? Headers { get; init; }
}
