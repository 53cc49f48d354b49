namespace Lateen.Control.Translation.Routes;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>Where rules are read for: a proxy, the gateway it acts as ("mesh" at sidecars), and a port.</summary>
internal sealed record RuleScope(ProxyNode Node, string Gateway, int Port)
{
    /// <summary>The rules of a virtual service that can ever hold here.</summary>
    public IEnumerable<RuleInputs> RulesOf(
        ConfigObject<VirtualServiceSpec> owner, ProxyScope scope, string operation)
    {
        string path = IstioMetadata.ConfigPath(owner.Key, "virtual-service");
        foreach (HttpRoute rule in owner.Spec.Http)
        {
            if (Restrict(rule, owner.Key.Namespace) is { } restricted)
            {
                ValueList<string> clusters = restricted.Route
                    .Select(each => Destinations.Cluster(each.Destination, owner.Key, Port, scope))
                    .ToValueList();
                yield return new RuleInputs(restricted, clusters, path, operation);
            }
        }
    }

    /// <summary>Destinations of the first TCP rule that holds here, or null.</summary>
    public ValueList<RouteDestination>? TcpDestinations(ConfigObject<VirtualServiceSpec> owner)
    {
        foreach (TcpRoute rule in owner.Spec.Tcp)
        {
            bool holds = rule.Match.Count == 0
                || rule.Match.Any(match => PortHolds(match.Port) && GatewayHolds(match.Gateways, owner.Key.Namespace));
            if (holds && rule.Route.Count > 0)
            {
                return rule.Route;
            }
        }

        return null;
    }

    private HttpRoute? Restrict(HttpRoute rule, string ownerNamespace)
    {
        if (rule.Match.Count == 0)
        {
            return rule;
        }

        ValueList<HttpMatchRequest> left = rule.Match.Where(match => Holds(match, ownerNamespace)).ToValueList();
        return left.Count switch
        {
            0 => null,
            _ when left.Count == rule.Match.Count => rule,
            _ => rule with { Match = left },
        };
    }

    private bool Holds(HttpMatchRequest match, string ownerNamespace) =>
        PortHolds(match.Port)
        && GatewayHolds(match.Gateways, ownerNamespace)
        && (match.SourceNamespace.Length == 0 || match.SourceNamespace == Node.Namespace)
        && LabelSelector.Matches(match.SourceLabels, Node.Labels);

    private bool PortHolds(int? port) => port is null || port == Port;

    private bool GatewayHolds(ValueList<string> gateways, string ownerNamespace) =>
        gateways.Count == 0
        || gateways.Any(name => VirtualServiceIndex.FullGatewayName(name, ownerNamespace) == Gateway);
}
