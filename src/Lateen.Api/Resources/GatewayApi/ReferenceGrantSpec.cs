namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lateen.Api.Names;

/// <summary>Who may refer to what.</summary>
public sealed record ReferenceGrantSpec
{
    [Description("Who may refer.")]
    [Required]
    public ValueList<GrantFrom> From { get; init; } = [];

    [Description("What may be referred to.")]
    [Required]
    public ValueList<GrantTo> To { get; init; } = [];
}
