namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;

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

    [Description("Upgrade of HTTP/1.1 to HTTP/2: DEFAULT or DO_NOT_UPGRADE; this version refuses UPGRADE.")]
    public H2UpgradePolicy H2UpgradePolicy { get; init; }

    [Description("Keeps the client's HTTP version towards the workloads.")]
    public bool UseClientProtocol { get; init; }

    [Description("Most HTTP/2 streams per connection. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? MaxConcurrentStreams { get; init; }

    [Description("HTTP/2 keep-alive. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? Http2KeepAlive { get; init; }
}
