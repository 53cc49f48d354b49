namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>What became of a route.</summary>
public sealed record RouteStatus
{
    [Description("What each parent says.")]
    public ValueList<RouteParentStatus> Parents { get; init; } = [];
}
