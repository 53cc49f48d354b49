namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>A class of gateways, run by one controller.</summary>
[CustomResource(GatewayApiGroup.Name, "GatewayClass", "gatewayclasses",
    ShortNames = ["gc"], Versions = ["v1", "v1beta1"], ClusterScoped = true)]
[PrinterColumn("Controller", ".spec.controllerName", "The controller that runs gateways of this class.")]
[PrinterColumn("Accepted", ".status.conditions[?(@.type==\"Accepted\")].status", "Whether the controller accepts the class.")]
public sealed record GatewayClass
{
    [Description("The version of this object's schema.")]
    public string ApiVersion { get; init; } = "";

    [Description("GatewayClass.")]
    public string Kind { get; init; } = "";

    [Description("Standard object metadata.")]
    public ObjectMeta Metadata { get; init; } = new();

    [Description("Which controller runs gateways of this class.")]
    public GatewayClassSpec Spec { get; init; } = new();

    [Description("What the controller says of the class.")]
    public GatewayClassStatus? Status { get; init; }
}
