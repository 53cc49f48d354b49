namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lateen.Api.Names;

/// <summary>One condition on a label.</summary>
public sealed record SelectorExpression
{
    [Description("The label.")]
    [Required]
    public string Key { get; init; } = "";

    [Description("In, NotIn, Exists or DoesNotExist.")]
    [Required]
    public string Operator { get; init; } = "";

    [Description("The values for In and NotIn.")]
    public ValueList<string> Values { get; init; } = [];
}
