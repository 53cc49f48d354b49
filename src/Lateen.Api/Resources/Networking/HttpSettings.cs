namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Request limits.</summary>
public sealed record HttpSettings
{
    [Description("Most requests that wait for a connection.")]
    [Range(1, int.MaxValue)]
    public int? Http1MaxPendingRequests { get; init; }

    [Description("Most requests in flight at a time, whatever the HTTP version.")]
    [Range(1, int.MaxValue)]
    public int? Http2MaxRequests { get; init; }

    [Description("Requests after which a connection is closed; 1 switches keep-alive off, 0 means no limit.")]
    [Range(0, int.MaxValue)]
    public int? MaxRequestsPerConnection { get; init; }

    [Description("Most retries in flight at a time.")]
    [Range(0, int.MaxValue)]
    public int? MaxRetries { get; init; }

    [Description("How long a connection may idle; 1h by default.")]
    public TimeSpan? IdleTimeout { get; init; }

    [Description("Upgrade of HTTP/1.1 to HTTP/2: DEFAULT (as the mesh says), DO_NOT_UPGRADE or UPGRADE.")]
    public H2UpgradePolicy H2UpgradePolicy { get; init; }

    [Description("Keeps the client's HTTP version towards the workloads.")]
    public bool UseClientProtocol { get; init; }

    [Description("Most HTTP/2 streams on one connection at a time.")]
    [Range(1, int.MaxValue)]
    public int? MaxConcurrentStreams { get; init; }

    [Description("PING frames that find out whether an HTTP/2 connection is still alive.")]
    public Http2KeepAlive? Http2KeepAlive { get; init; }
}
