namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Names what a route attaches to.</summary>
public sealed record ParentReference
{
    [Description("Its API group; that of the Gateway API by default, empty for a Service.")]
    public string? Group { get; init; }

    [Description("Its kind; Gateway by default.")]
    public string? Kind { get; init; }

    [Description("Its namespace; by default that of the route.")]
    public string Namespace { get; init; } = "";

    [Description("Its name.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("One listener of the gateway.")]
    public string SectionName { get; init; } = "";

    [Description("One port.")]
    [Range(1, 65535)]
    public int? Port { get; init; }
}
