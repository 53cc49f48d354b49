namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>Turns rules for connections into Istio's.</summary>
internal static class L4RuleConversion
{
    /// <summary>Rules of a TCPRoute, limited to a port unless it is 0.</summary>
    public static IEnumerable<TcpRoute> Tcp(ConfigObject<DeclaredRoute> route, int port, Backends backends, Problems problems)
    {
        foreach (L4RouteRule rule in route.Spec.L4)
        {
            yield return new TcpRoute
            {
                Match = port > 0 ? [new L4MatchAttributes { Port = port }] : [],
                Route = Destinations(route.Key, rule, backends, problems),
            };
        }
    }

    /// <summary>Rules of a TLSRoute for one server name.</summary>
    public static IEnumerable<TlsRoute> Tls(ConfigObject<DeclaredRoute> route, string host, Backends backends, Problems problems)
    {
        foreach (L4RouteRule rule in route.Spec.L4)
        {
            yield return new TlsRoute
            {
                Match = [new TlsMatchAttributes { SniHosts = [host] }],
                Route = Destinations(route.Key, rule, backends, problems),
            };
        }
    }

    private static ValueList<RouteDestination> Destinations(
        ResourceKey key, L4RouteRule rule, Backends backends, Problems problems) =>
        rule.BackendRefs
            .Select(each => new RouteDestination { Destination = backends.Find(key, each, problems), Weight = each.Weight ?? 1 })
            .ToValueList();
}
