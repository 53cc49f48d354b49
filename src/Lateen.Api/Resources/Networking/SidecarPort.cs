namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A port of a Sidecar.</summary>
public sealed record SidecarPort
{
    [Description("The port number.")]
    [Range(1, 65535)]
    [Required]
    public int Number { get; init; }

    [Description("HTTP, HTTP2, GRPC, GRPC-WEB, HTTPS, TLS, TCP, MONGO, MYSQL or REDIS.")]
    public string Protocol { get; init; } = "";

    [Description("A name for the port.")]
    public string Name { get; init; } = "";
}
