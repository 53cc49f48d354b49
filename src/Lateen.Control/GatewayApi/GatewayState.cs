namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Status;

/// <summary>A gateway with its listeners while a conversion goes on.</summary>
internal sealed class GatewayState(ConfigObject<DeclaredGateway> gateway)
{
    public ConfigObject<DeclaredGateway> Gateway { get; } = gateway;

    public ResourceKey Key => Gateway.Key;

    public List<ListenerState> Listeners { get; } = [];

    public required ConditionStatus Accepted { get; init; }

    /// <summary>The Service whose pods are the gateway, "namespace/name"; it may not exist yet.</summary>
    public required (string Namespace, string Name) ServiceName { get; init; }

    /// <summary>That Service, when it exists.</summary>
    public required MeshService? Service { get; init; }

    /// <summary>Whether the Deployment is ours to make.</summary>
    public required bool IsManaged { get; init; }

    /// <summary>Labels of the pods that run it; empty when they are not known.</summary>
    public required ValueMap<string, string> Selector { get; init; }
}
