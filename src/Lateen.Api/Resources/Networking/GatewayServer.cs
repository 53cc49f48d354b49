namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Schemas;

/// <summary>One port with the hosts it accepts.</summary>
public sealed record GatewayServer
{
    [Description("The port.")]
    [Required]
    public GatewayPort? Port { get; init; }

    [Description("Hosts, each a DNS name, a wildcard or namespace/name; VirtualServices bind to them.")]
    public ValueList<string> Hosts { get; init; } = [];

    [Description("The address to listen on; all by default.")]
    public string Bind { get; init; } = "";

    [Description("A name, unique among the servers.")]
    public string Name { get; init; } = "";

    [Description("TLS that passes through, or for HTTP a redirect to https.")]
    public ServerTlsSettings? Tls { get; init; }

    [Description("A fixed endpoint. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? DefaultEndpoint { get; init; }
}
