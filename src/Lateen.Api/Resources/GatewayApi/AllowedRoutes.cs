namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Which routes may attach to a listener.</summary>
public sealed record AllowedRoutes
{
    [Description("The namespaces they are in.")]
    public RouteNamespaces? Namespaces { get; init; }

    [Description("Their kinds; by default those that fit the protocol.")]
    public ValueList<RouteGroupKind> Kinds { get; init; } = [];
}
