namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A share between 0 and 100.</summary>
public sealed record Percent
{
    [Description("The percentage; fractions such as 0.1 are allowed.")]
    [Range(0, 100)]
    public double Value { get; init; }
}
