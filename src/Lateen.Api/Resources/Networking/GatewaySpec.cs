namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>The servers of a Gateway.</summary>
public sealed record GatewaySpec
{
    [Description("Labels of the gateway pods that open the ports.")]
    public ValueMap<string, string> Selector { get; init; } = ValueMap<string, string>.Empty;

    [Description("The ports and hosts.")]
    public ValueList<GatewayServer> Servers { get; init; } = [];
}
