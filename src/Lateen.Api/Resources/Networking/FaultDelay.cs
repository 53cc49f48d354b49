namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;

/// <summary>A delay before forwarding.</summary>
public sealed record FaultDelay
{
    [Description("How long, for example 7s; at least 1ms.")]
    [Required]
    public TimeSpan? FixedDelay { get; init; }

    [Description("The share of requests that is delayed; all by default.")]
    public Percent? Percentage { get; init; }

    [Description("The share in whole percent (old form).")]
    [Range(0, 100)]
    public int? Percent { get; init; }

    [Description("A random delay. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? ExponentialDelay { get; init; }
}
