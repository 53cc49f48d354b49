namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>One rule for TCP connections.</summary>
public sealed record TcpRoute
{
    [Description("Conditions; the rule applies when any one of them holds, or when there are none.")]
    public ValueList<L4MatchAttributes> Match { get; init; } = [];

    [Description("Where matching connections go, with weights when there are several.")]
    public ValueList<RouteDestination> Route { get; init; } = [];
}
