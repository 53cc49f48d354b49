namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;

/// <summary>One port that a sidecar serves.</summary>
public sealed record IngressListener
{
    [Description("The port that callers use.")]
    [Required]
    public SidecarPort? Port { get; init; }

    [Description("The address to listen on, with captureMode NONE only; the pod's own by default.")]
    public string Bind { get; init; } = "";

    [Description("How connections reach the sidecar: DEFAULT or IPTABLES when redirected, NONE when the port is opened itself.")]
    public CaptureMode CaptureMode { get; init; }

    [Description("Where connections go: 127.0.0.1:PORT, 0.0.0.0:PORT (the pod's address); the called port by default.")]
    public string DefaultEndpoint { get; init; } = "";

    [Description("TLS termination. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? Tls { get; init; }

    [Description("Limits on connections to the application on this port; replaces inboundConnectionPool.")]
    public ConnectionPoolSettings? ConnectionPool { get; init; }
}
