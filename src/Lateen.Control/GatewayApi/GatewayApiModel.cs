namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>
/// What gateways and routes of the Kubernetes Gateway API, and Ingresses, mean in Istio's terms; and what is to be said of them and
/// made for them.
/// </summary>
public sealed record GatewayApiModel
{
    public static readonly GatewayApiModel Empty = new();

    /// <summary>One internal gateway for each listener.</summary>
    public ValueList<ConfigObject<GatewaySpec>> Gateways { get; init; } = [];

    /// <summary>One internal virtual service for each host of a listener, and for each Service with routes.</summary>
    public ValueList<ConfigObject<VirtualServiceSpec>> VirtualServices { get; init; } = [];

    /// <summary>Gateways whose Deployment, Service and ServiceAccount are ours to make.</summary>
    public ValueList<GatewayDeployment> Deployments { get; init; } = [];

    public ValueList<RouteState> Routes { get; init; } = [];

    /// <summary>Ingresses that are served.</summary>
    public ValueList<ResourceKey> Ingresses { get; init; } = [];

    internal IReadOnlyList<GatewayState> GatewayStates { get; init; } = [];

    internal GatewayApiObjects? Objects { get; init; }
}
