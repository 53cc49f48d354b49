namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A Service, optionally one of its subsets.</summary>
public sealed record Destination
{
    [Description("The Service: a short name of this namespace or a full name.")]
    [Required]
    public string Host { get; init; } = "";

    [Description("A subset that a DestinationRule of this host defines.")]
    public string Subset { get; init; } = "";

    [Description("The Service's port; needed when it has several.")]
    public PortSelector? Port { get; init; }
}
