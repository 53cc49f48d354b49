namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A port by number.</summary>
public sealed record PortSelector
{
    [Description("The port number.")]
    [Range(1, 65535)]
    public int Number { get; init; }
}
