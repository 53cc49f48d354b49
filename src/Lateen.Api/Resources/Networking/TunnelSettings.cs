namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A tunnel through the destination, which is then an HTTP proxy.</summary>
public sealed record TunnelSettings
{
    [Description("CONNECT (the default); this version refuses POST.")]
    public string Protocol { get; init; } = "";

    [Description("The host to which the tunnel leads.")]
    [Required]
    public string TargetHost { get; init; } = "";

    [Description("The port to which the tunnel leads.")]
    [Required]
    [Range(1, 65535)]
    public int TargetPort { get; init; }
}
