namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Names a Secret.</summary>
public sealed record SecretReference
{
    [Description("Its API group; the core group by default.")]
    public string? Group { get; init; }

    [Description("Its kind; Secret by default.")]
    public string? Kind { get; init; }

    [Description("Its name.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("Its namespace; by default that of the gateway.")]
    public string Namespace { get; init; } = "";
}
