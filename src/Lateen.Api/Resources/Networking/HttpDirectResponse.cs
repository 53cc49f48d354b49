namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A fixed answer.</summary>
public sealed record HttpDirectResponse
{
    [Description("The HTTP status.")]
    [Range(200, 599)]
    [Required]
    public int Status { get; init; }

    [Description("The body; none by default.")]
    public HttpBody? Body { get; init; }
}
