namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>How slowly a new workload gets its share of the calls.</summary>
public sealed record WarmupConfiguration
{
    [Description("How long the start takes.")]
    [Required]
    public TimeSpan? Duration { get; init; }

    [Description("The share it begins with, in percent of its full share; 10 by default.")]
    [Range(0, 100)]
    public double? MinimumPercent { get; init; }

    [Description("The shape of the rise: 1 (default) is a straight line, more rises faster at first.")]
    [Range(1, int.MaxValue)]
    public double? Aggression { get; init; }
}
