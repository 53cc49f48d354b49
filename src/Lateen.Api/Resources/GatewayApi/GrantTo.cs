namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Objects that may be referred to.</summary>
public sealed record GrantTo
{
    [Description("Their API group.")]
    public string Group { get; init; } = "";

    [Description("Their kind.")]
    [Required]
    public string Kind { get; init; } = "";

    [Description("One of them; all by default.")]
    public string Name { get; init; } = "";
}
