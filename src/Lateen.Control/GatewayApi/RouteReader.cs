namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;

/// <summary>Reads routes of all kinds into one form.</summary>
internal static class RouteReader
{
    public static DeclaredRoute Read(KubeHttpRoute route)
    {
        KubeHttpRouteSpec spec = route.Spec;
        return new DeclaredRoute(
            spec.ParentRefs, spec.Hostnames, spec.Rules, [], Unsupported(spec.UseDefaultGateways, spec.Rules));
    }

    public static DeclaredRoute Read(KubeGrpcRoute route)
    {
        KubeGrpcRouteSpec spec = route.Spec;
        ValueList<HttpRouteRule> rules = spec.Rules.Select(GrpcRules.AsHttp).ToValueList();
        return new DeclaredRoute(spec.ParentRefs, spec.Hostnames, rules, [], Unsupported(spec.UseDefaultGateways, rules));
    }

    public static DeclaredRoute Read(KubeTcpRoute route) => new(
        route.Spec.ParentRefs, [], [], route.Spec.Rules, Unsupported(route.Spec.UseDefaultGateways, []));

    public static DeclaredRoute Read(KubeTlsRoute route) => new(
        route.Spec.ParentRefs, route.Spec.Hostnames, [], route.Spec.Rules, Unsupported(route.Spec.UseDefaultGateways, []));

    private static string Unsupported(string useDefaultGateways, ValueList<HttpRouteRule> rules)
    {
        if (useDefaultGateways is not ("" or "None"))
        {
            return "useDefaultGateways is not enforced by this version; name the gateway in parentRefs";
        }

        for (int i = 0; i < rules.Count; i++)
        {
            if (rules[i].SessionPersistence is not null)
            {
                return $"rules[{i}].sessionPersistence is not enforced by this version; remove it";
            }

            if (FilterRules.Problem(rules[i]) is { } problem)
            {
                return $"rules[{i}].{problem}";
            }
        }

        return "";
    }
}
