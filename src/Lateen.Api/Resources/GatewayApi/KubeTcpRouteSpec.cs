namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Rules for TCP connections, and where they apply.</summary>
public sealed record KubeTcpRouteSpec
{
    [Description("Gateways and Services at which the rules apply.")]
    public ValueList<ParentReference> ParentRefs { get; init; } = [];

    [Description("Whether default gateways are parents too. Not yet enforced: the route is not accepted.")]
    public string UseDefaultGateways { get; init; } = "";

    [Description("The rule.")]
    public ValueList<L4RouteRule> Rules { get; init; } = [];
}
