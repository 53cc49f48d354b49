namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>A gateway of the Kubernetes Gateway API.</summary>
[CustomResource(GatewayApiGroup.Name, "Gateway", "gateways", ShortNames = ["gtw"], Versions = ["v1", "v1beta1"])]
[PrinterColumn("Class", ".spec.gatewayClassName", "The class of the gateway.")]
[PrinterColumn("Address", ".status.addresses[*].value", "Where the gateway is reached.")]
[PrinterColumn("Programmed", ".status.conditions[?(@.type==\"Programmed\")].status", "Whether the gateway serves its listeners.")]
public sealed record KubeGateway
{
    [Description("The version of this object's schema.")]
    public string ApiVersion { get; init; } = "";

    [Description("Gateway.")]
    public string Kind { get; init; } = "";

    [Description("Standard object metadata.")]
    public ObjectMeta Metadata { get; init; } = new();

    [Description("The listeners, and who runs them.")]
    public KubeGatewaySpec Spec { get; init; } = new();

    [Description("What became of the listeners.")]
    public KubeGatewayStatus? Status { get; init; }
}
