namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>Rules for TCP connections.</summary>
[CustomResource(GatewayApiGroup.Name, "TCPRoute", "tcproutes", Versions = ["v1alpha2", "v1"])]
public sealed record KubeTcpRoute
{
    [Description("The version of this object's schema.")]
    public string ApiVersion { get; init; } = "";

    [Description("TCPRoute.")]
    public string Kind { get; init; } = "";

    [Description("Standard object metadata.")]
    public ObjectMeta Metadata { get; init; } = new();

    [Description("The rules, and where they apply.")]
    public KubeTcpRouteSpec Spec { get; init; } = new();

    [Description("What became of the rules at each parent.")]
    public RouteStatus? Status { get; init; }
}
