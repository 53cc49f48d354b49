namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Settings for what is created for a gateway.</summary>
public sealed record GatewayInfrastructure
{
    [Description("Labels of everything created.")]
    public ValueMap<string, string> Labels { get; init; } = ValueMap<string, string>.Empty;

    [Description("Annotations of everything created.")]
    public ValueMap<string, string> Annotations { get; init; } = ValueMap<string, string>.Empty;

    [Description("An object with more settings. Not yet enforced: the gateway is not accepted.")]
    public ParametersReference? ParametersRef { get; init; }
}
