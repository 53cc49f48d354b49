namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;

/// <summary>How many retries may be in flight.</summary>
public sealed record RetryBudget
{
    [Description("The share of retries among the requests in flight, in percent; 20 by default.")]
    [Range(0, 100)]
    public double? Percent { get; init; }

    [Description("Retries that are always allowed; 3 by default.")]
    [Range(0, int.MaxValue)]
    public int? MinRetryConcurrency { get; init; }

    [Description("The window in which requests are counted. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? BudgetInterval { get; init; }
}
