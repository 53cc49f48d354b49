namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A condition on a header.</summary>
public sealed record HttpHeaderMatch
{
    [Description("Exact (default) or RegularExpression.")]
    [AllowedValues("Exact", "RegularExpression")]
    public string Type { get; init; } = "";

    [Description("The header, in any case.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("The value.")]
    public string Value { get; init; } = "";
}
