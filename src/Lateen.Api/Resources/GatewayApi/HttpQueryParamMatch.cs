namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A condition on a query parameter.</summary>
public sealed record HttpQueryParamMatch
{
    [Description("Exact (default) or RegularExpression.")]
    [AllowedValues("Exact", "RegularExpression")]
    public string Type { get; init; } = "";

    [Description("The parameter.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("The value.")]
    public string Value { get; init; } = "";
}
