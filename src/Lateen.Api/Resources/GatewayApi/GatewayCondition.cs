namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>One observed fact.</summary>
public sealed record GatewayCondition
{
    [Description("What is observed, for example Accepted.")]
    [Required]
    public string Type { get; init; } = "";

    [Description("True, False or Unknown.")]
    [Required]
    public string Status { get; init; } = "";

    [Description("A word for programs.")]
    public string Reason { get; init; } = "";

    [Description("A sentence for people.")]
    public string Message { get; init; } = "";

    [Description("The generation that was observed.")]
    public long? ObservedGeneration { get; init; }

    [Description("When the status last changed.")]
    public DateTimeOffset? LastTransitionTime { get; init; }
}
