namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A hash ring.</summary>
public sealed record RingHash
{
    [Description("The least number of points on the ring; 1024 by default.")]
    [Range(0, int.MaxValue)]
    public long? MinimumRingSize { get; init; }
}
