namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;

/// <summary>Connection limits.</summary>
public sealed record TcpSettings
{
    [Description("Most connections to the host at a time.")]
    [Range(1, int.MaxValue)]
    public int? MaxConnections { get; init; }

    [Description("How long a connection may take to establish; 10s by default.")]
    public TimeSpan? ConnectTimeout { get; init; }

    [Description("TCP keep-alive probes. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? TcpKeepalive { get; init; }

    [Description("How long a connection may live. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? MaxConnectionDuration { get; init; }

    [Description("How long a TCP connection may idle. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? IdleTimeout { get; init; }
}
