namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>Rules for gRPC calls.</summary>
[CustomResource(GatewayApiGroup.Name, "GRPCRoute", "grpcroutes", Versions = ["v1"])]
[PrinterColumn("Hostnames", ".spec.hostnames", "The hosts whose calls are routed.")]
public sealed record KubeGrpcRoute
{
    [Description("The version of this object's schema.")]
    public string ApiVersion { get; init; } = "";

    [Description("GRPCRoute.")]
    public string Kind { get; init; } = "";

    [Description("Standard object metadata.")]
    public ObjectMeta Metadata { get; init; } = new();

    [Description("The rules, and where they apply.")]
    public KubeGrpcRouteSpec Spec { get; init; } = new();

    [Description("What became of the rules at each parent.")]
    public RouteStatus? Status { get; init; }
}
