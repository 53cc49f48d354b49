namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Names an object with settings.</summary>
public sealed record ParametersReference
{
    [Description("Its API group.")]
    public string Group { get; init; } = "";

    [Description("Its kind.")]
    [Required]
    public string Kind { get; init; } = "";

    [Description("Its name.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("Its namespace, when it has one.")]
    public string Namespace { get; init; } = "";
}
