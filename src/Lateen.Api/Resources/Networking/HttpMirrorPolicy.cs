namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A destination that gets copies of requests; its answers are dropped.</summary>
public sealed record HttpMirrorPolicy
{
    [Description("Where the copies go.")]
    [Required]
    public Destination? Destination { get; init; }

    [Description("The share of requests that is copied; all by default.")]
    public Percent? Percentage { get; init; }
}
