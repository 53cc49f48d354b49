namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Names a backend.</summary>
public record BackendObjectReference
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
}
