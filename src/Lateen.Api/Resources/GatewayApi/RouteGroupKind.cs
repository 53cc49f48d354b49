namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A kind of route.</summary>
public sealed record RouteGroupKind
{
    [Description("Its API group; that of the Gateway API by default.")]
    public string? Group { get; init; }

    [Description("Its kind.")]
    [Required]
    public string Kind { get; init; } = "";
}
