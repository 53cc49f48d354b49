namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>Rules for HTTP requests.</summary>
[CustomResource(GatewayApiGroup.Name, "HTTPRoute", "httproutes", Versions = ["v1", "v1beta1"])]
[PrinterColumn("Hostnames", ".spec.hostnames", "The hosts whose requests are routed.")]
public sealed record KubeHttpRoute
{
    [Description("The version of this object's schema.")]
    public string ApiVersion { get; init; } = "";

    [Description("HTTPRoute.")]
    public string Kind { get; init; } = "";

    [Description("Standard object metadata.")]
    public ObjectMeta Metadata { get; init; } = new();

    [Description("The rules, and where they apply.")]
    public KubeHttpRouteSpec Spec { get; init; } = new();

    [Description("What became of the rules at each parent.")]
    public RouteStatus? Status { get; init; }
}
