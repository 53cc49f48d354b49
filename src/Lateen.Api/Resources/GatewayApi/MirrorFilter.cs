namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Sends a copy of requests to another backend.</summary>
public sealed record MirrorFilter
{
    [Description("Where the copies go.")]
    [Required]
    public BackendObjectReference? BackendRef { get; init; }

    [Description("The share of requests; all by default.")]
    [Range(0, 100)]
    public int? Percent { get; init; }

    [Description("The share as a fraction.")]
    public MirrorFraction? Fraction { get; init; }
}
