namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A port of a ServiceEntry.</summary>
public sealed record ServiceEntryPort
{
    [Description("The port that clients call.")]
    [Range(1, 65535)]
    [Required]
    public int Number { get; init; }

    [Description("HTTP, HTTP2, HTTPS, GRPC, GRPC-WEB, TCP, TLS, MONGO, MYSQL, REDIS or UDP; detected when not given.")]
    public string Protocol { get; init; } = "";

    [Description("A name, unique in the service.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("The port of the endpoints; the same number by default.")]
    [Range(0, 65535)]
    public int TargetPort { get; init; }
}
