namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>One ability.</summary>
public sealed record SupportedFeature
{
    [Description("Its name in the specification.")]
    [Required]
    public string Name { get; init; } = "";
}
