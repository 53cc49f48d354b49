namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A Maglev table.</summary>
public sealed record Maglev
{
    [Description("The size of the table, a prime; 65537 by default.")]
    [Range(0, 5000011)]
    public long? TableSize { get; init; }
}
