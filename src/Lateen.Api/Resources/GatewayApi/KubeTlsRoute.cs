namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>Rules for TLS connections by server name.</summary>
[CustomResource(GatewayApiGroup.Name, "TLSRoute", "tlsroutes", Versions = ["v1", "v1alpha3", "v1alpha2"])]
[PrinterColumn("Hostnames", ".spec.hostnames", "The server names whose connections are routed.")]
public sealed record KubeTlsRoute
{
    [Description("The version of this object's schema.")]
    public string ApiVersion { get; init; } = "";

    [Description("TLSRoute.")]
    public string Kind { get; init; } = "";

    [Description("Standard object metadata.")]
    public ObjectMeta Metadata { get; init; } = new();

    [Description("The rules, and where they apply.")]
    public KubeTlsRouteSpec Spec { get; init; } = new();

    [Description("What became of the rules at each parent.")]
    public RouteStatus? Status { get; init; }
}
