namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Objects that may refer.</summary>
public sealed record GrantFrom
{
    [Description("Their API group.")]
    public string Group { get; init; } = "";

    [Description("Their kind.")]
    [Required]
    public string Kind { get; init; } = "";

    [Description("Their namespace.")]
    [Required]
    public string Namespace { get; init; } = "";
}
