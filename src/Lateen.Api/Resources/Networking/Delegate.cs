namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Another VirtualService, one without hosts, whose HTTP rules take this rule's place.</summary>
public sealed record Delegate
{
    [Description("The name of the VirtualService.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("Its namespace; this object's by default.")]
    public string Namespace { get; init; } = "";
}
