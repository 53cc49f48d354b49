namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Connection limits.</summary>
public sealed record TcpSettings
{
    [Description("Most connections to the host at a time.")]
    [Range(1, int.MaxValue)]
    public int? MaxConnections { get; init; }

    [Description("How long a connection may take to establish; 10s by default.")]
    public TimeSpan? ConnectTimeout { get; init; }

    [Description("TCP keep-alive probes towards the workloads.")]
    public TcpKeepalive? TcpKeepalive { get; init; }

    [Description("How long a connection may live.")]
    public TimeSpan? MaxConnectionDuration { get; init; }

    [Description("How long a TCP connection may idle; 1h by default, 0s for ever.")]
    public TimeSpan? IdleTimeout { get; init; }
}
