namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A backend with its share of the connections.</summary>
public record BackendReference : BackendObjectReference
{
    [Description("The share relative to the other weights; 1 by default.")]
    [Range(0, 1000000)]
    public int? Weight { get; init; }
}
