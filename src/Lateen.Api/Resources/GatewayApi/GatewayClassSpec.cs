namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Which controller runs gateways of a class.</summary>
public sealed record GatewayClassSpec
{
    [Description("The controller, as a domain with a path.")]
    [Required]
    public string ControllerName { get; init; } = "";

    [Description("An object with settings for the class.")]
    public ParametersReference? ParametersRef { get; init; }

    [Description("A sentence about the class.")]
    public string Description { get; init; } = "";
}
