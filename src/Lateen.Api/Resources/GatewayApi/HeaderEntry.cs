namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A header with its value.</summary>
public sealed record HeaderEntry
{
    [Description("The header.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("The value.")]
    public string Value { get; init; } = "";
}
