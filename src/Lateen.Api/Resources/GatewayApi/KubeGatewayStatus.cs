namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>What became of a gateway.</summary>
public sealed record KubeGatewayStatus
{
    [Description("Where the gateway is reached.")]
    public ValueList<GatewayAddress> Addresses { get; init; } = [];

    [Description("What is known about the gateway.")]
    public ValueList<GatewayCondition> Conditions { get; init; } = [];

    [Description("What became of each listener.")]
    public ValueList<ListenerStatus> Listeners { get; init; } = [];

    [Description("How many ListenerSets add listeners.")]
    public int? AttachedListenerSets { get; init; }
}
