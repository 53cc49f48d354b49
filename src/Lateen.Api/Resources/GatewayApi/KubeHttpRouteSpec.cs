namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Rules for HTTP requests, and where they apply.</summary>
public sealed record KubeHttpRouteSpec
{
    [Description("Gateways and Services at which the rules apply.")]
    public ValueList<ParentReference> ParentRefs { get; init; } = [];

    [Description("Whether default gateways are parents too. Not yet enforced: the route is not accepted.")]
    public string UseDefaultGateways { get; init; } = "";

    [Description("Hosts, each a DNS name or a *. wildcard; none means all that the listener takes.")]
    public ValueList<string> Hostnames { get; init; } = [];

    [Description("The rules; the most specific match decides.")]
    public ValueList<HttpRouteRule> Rules { get; init; } = [];
}
