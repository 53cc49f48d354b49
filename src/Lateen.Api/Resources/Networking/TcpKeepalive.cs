namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>TCP keep-alive; what is not given is the system's default.</summary>
public sealed record TcpKeepalive
{
    [Description("Unanswered probes after which the connection is dead.")]
    [Range(0, int.MaxValue)]
    public int? Probes { get; init; }

    [Description("How long a connection idles before the first probe.")]
    public TimeSpan? Time { get; init; }

    [Description("The time between probes.")]
    public TimeSpan? Interval { get; init; }
}
