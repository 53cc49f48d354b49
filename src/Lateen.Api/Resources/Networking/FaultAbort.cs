namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;

/// <summary>An error instead of forwarding.</summary>
[AtMostOne("httpStatus", "grpcStatus")]
public sealed record FaultAbort
{
    [Description("The HTTP status of the answer.")]
    [Range(200, 599)]
    public int? HttpStatus { get; init; }

    [Description("The share of requests that is aborted; all by default.")]
    public Percent? Percentage { get; init; }

    [Description("The gRPC status of the answer, for example UNAVAILABLE.")]
    public string? GrpcStatus { get; init; }

    [Description("An HTTP/2 error code. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? Http2Error { get; init; }
}
