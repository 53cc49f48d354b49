namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Names;

/// <summary>The listeners of a gateway.</summary>
public sealed record KubeGatewaySpec
{
    [Description("The class, for example istio.")]
    [Required]
    public string GatewayClassName { get; init; } = "";

    [Description("Ports with the hosts and routes they take.")]
    [Required]
    public ValueList<Listener> Listeners { get; init; } = [];

    [Description("Addresses wanted; a Hostname names a Service whose pods are the gateway.")]
    public ValueList<GatewayAddress> Addresses { get; init; } = [];

    [Description("Labels and annotations for what is created for the gateway.")]
    public GatewayInfrastructure? Infrastructure { get; init; }

    [Description("Which ListenerSets may add listeners. None may in this version.")]
    public JsonNode? AllowedListeners { get; init; }

    [Description("How backends are called over TLS. Not yet enforced: the gateway is not accepted.")]
    public JsonNode? BackendTLS { get; init; }

    [Description("TLS for all listeners. Not yet enforced: the gateway is not accepted.")]
    public JsonNode? Tls { get; init; }

    [Description("Which routes attach by default. Not yet enforced: the gateway is not accepted.")]
    public string DefaultScope { get; init; } = "";
}
