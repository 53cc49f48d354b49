namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A condition on the gRPC method.</summary>
public sealed record GrpcMethodMatch
{
    [Description("Exact (default) or RegularExpression.")]
    [AllowedValues("Exact", "RegularExpression")]
    public string Type { get; init; } = "";

    [Description("The service with its package.")]
    public string Service { get; init; } = "";

    [Description("The method.")]
    public string Method { get; init; } = "";
}
