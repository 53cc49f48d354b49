namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;

/// <summary>A port of a Gateway.</summary>
public sealed record GatewayPort
{
    [Description("The port number of the gateway's Service.")]
    [Range(1, 65535)]
    [Required]
    public int Number { get; init; }

    [Description("A name for the port.")]
    public string Name { get; init; } = "";

    [Description("HTTP, HTTP2, GRPC, GRPC-WEB, TCP, MONGO or, passed through, HTTPS and TLS.")]
    [Required]
    public string Protocol { get; init; } = "";

    [Description("The port that the pods open. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? TargetPort { get; init; }
}
