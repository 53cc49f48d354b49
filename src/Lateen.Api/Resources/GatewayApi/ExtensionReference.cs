namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Names an object of the implementation.</summary>
public sealed record ExtensionReference
{
    [Description("Its API group.")]
    public string Group { get; init; } = "";

    [Description("Its kind.")]
    [Required]
    public string Kind { get; init; } = "";

    [Description("Its name.")]
    [Required]
    public string Name { get; init; } = "";
}
