namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>What the controller says of a class.</summary>
public sealed record GatewayClassStatus
{
    [Description("What is known about the class.")]
    public ValueList<GatewayCondition> Conditions { get; init; } = [];

    [Description("What gateways of the class can do.")]
    public ValueList<SupportedFeature> SupportedFeatures { get; init; } = [];
}
