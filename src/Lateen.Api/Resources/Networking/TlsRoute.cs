namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>One rule for TLS connections that pass through undecrypted.</summary>
public sealed record TlsRoute
{
    [Description("Conditions; the rule applies when any one of them holds.")]
    public ValueList<TlsMatchAttributes> Match { get; init; } = [];

    [Description("Where matching connections go, with weights when there are several.")]
    public ValueList<RouteDestination> Route { get; init; } = [];
}
