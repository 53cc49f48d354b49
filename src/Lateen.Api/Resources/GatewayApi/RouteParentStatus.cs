namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lateen.Api.Names;

/// <summary>What a parent says of a route.</summary>
public sealed record RouteParentStatus
{
    [Description("The parent.")]
    [Required]
    public ParentReference? ParentRef { get; init; }

    [Description("Who says so.")]
    [Required]
    public string ControllerName { get; init; } = "";

    [Description("What is known.")]
    public ValueList<GatewayCondition> Conditions { get; init; } = [];
}
