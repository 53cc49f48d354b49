namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A backend with its share of the connections.</summary>
public sealed record BackendReference
{
    [Description("Its API group; the core group by default.")]
    public string? Group { get; init; }

    [Description("Its kind; Service by default.")]
    public string? Kind { get; init; }

    [Description("Its name.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("Its namespace; by default that of the route.")]
    public string Namespace { get; init; } = "";

    [Description("Its port.")]
    [Range(1, 65535)]
    public int? Port { get; init; }

    [Description("The share relative to the other weights; 1 by default.")]
    [Range(0, 1000000)]
    public int? Weight { get; init; }
}
