namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Conditions on one call, all of which must hold.</summary>
public sealed record GrpcRouteMatch
{
    [Description("The gRPC method; by default every method.")]
    public GrpcMethodMatch? Method { get; init; }

    [Description("Metadata of the call.")]
    public ValueList<HttpHeaderMatch> Headers { get; init; } = [];
}
