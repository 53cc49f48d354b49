namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>Ports that a gateway proxy opens, and the hosts it accepts there.</summary>
[CustomResource("networking.istio.io", "Gateway", "gateways", ShortNames = ["gw"])]
public sealed record Gateway
{
    [Description("The version of this object's schema.")]
    public string ApiVersion { get; init; } = "";

    [Description("Gateway.")]
    public string Kind { get; init; } = "";

    [Description("Standard object metadata.")]
    public ObjectMeta Metadata { get; init; } = new();

    [Description("The servers and the proxies that run them.")]
    public GatewaySpec Spec { get; init; } = new();

    [Description("What became of the servers, written by the control plane.")]
    public IstioStatus? Status { get; init; }
}
