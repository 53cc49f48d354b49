namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>One port of a gateway.</summary>
public sealed record Listener
{
    [Description("Unique in the gateway; routes name it as sectionName.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("The host, or a *. wildcard; empty takes all.")]
    public string Hostname { get; init; } = "";

    [Description("The port.")]
    [Range(1, 65535)]
    [Required]
    public int Port { get; init; }

    [Description("HTTP, HTTPS, TLS or TCP.")]
    [Required]
    public string Protocol { get; init; } = "";

    [Description("What happens to TLS.")]
    public ListenerTls? Tls { get; init; }

    [Description("Which routes may attach; by default those of the same namespace.")]
    public AllowedRoutes? AllowedRoutes { get; init; }
}
