namespace Lateen.Control.Translation.Listeners;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>Reads tcp and tls rules of virtual services for one proxy, the gateway it acts as and a port.</summary>
internal sealed class StreamRules(ProxyScope scope, ProxyNode node, string gateway, int port)
{
    /// <summary>
    /// Chains of the TLS rules that can hold here. A rule's own subnets come before those of the service. Of two matches that a
    /// connection cannot tell apart the first counts.
    /// </summary>
    public IEnumerable<StreamChain> Tls(ConfigObject<VirtualServiceSpec> owner, ValueList<string> subnets)
    {
        foreach (TlsRoute rule in owner.Spec.Tls)
        {
            foreach (TlsMatchAttributes match in rule.Match)
            {
                if (Holds(match, owner.Key.Namespace))
                {
                    ValueList<string> destinations = match.DestinationSubnets.Count > 0 ? match.DestinationSubnets : subnets;
                    yield return Chain(match.SniHosts, destinations, rule.Route, owner.Key);
                }
            }
        }
    }

    /// <summary>Chains of the TCP rules that can hold here; nothing follows one that takes every connection.</summary>
    public IEnumerable<StreamChain> Tcp(ConfigObject<VirtualServiceSpec> owner, ValueList<string> subnets)
    {
        foreach (TcpRoute rule in owner.Spec.Tcp)
        {
            List<L4MatchAttributes> held = [.. rule.Match.Where(match => Holds(match, owner.Key.Namespace))];
            if (rule.Match.Count == 0 || held.Exists(static match => match.DestinationSubnets.Count == 0))
            {
                yield return Chain([], subnets, rule.Route, owner.Key);
                yield break;
            }

            if (held.Count > 0)
            {
                yield return Chain([], held.SelectMany(match => match.DestinationSubnets).ToValueList(), rule.Route, owner.Key);
            }
        }
    }

    private StreamChain Chain(
        ValueList<string> serverNames, ValueList<string> subnets, ValueList<RouteDestination> route, ResourceKey owner)
    {
        ValueList<WeightedTarget> targets = route.Count == 1
            ? [Target(route[0], 1)]
            : route.Where(each => each.Weight > 0).Select(each => Target(each, each.Weight)).ToValueList();
        return new StreamChain(serverNames, subnets, targets, StreamPolicies.Of(targets, scope));

        WeightedTarget Target(RouteDestination each, int weight) =>
            new(Destinations.Cluster(each.Destination, owner, port, scope), weight);
    }

    private bool Holds(L4MatchAttributes match, string ownerNamespace) =>
        (match.Port is null || match.Port == port)
        && (match.Gateways.Count == 0 || match.Gateways.Any(name => VirtualServiceIndex.FullGatewayName(name, ownerNamespace) == gateway))
        && (gateway != VirtualServiceIndex.MeshGateway || HoldsForCaller(match));

    // Behind a gateway nobody knows the caller's workload, so Istio leaves these conditions out there.
    private bool HoldsForCaller(L4MatchAttributes match) =>
        (match.SourceNamespace.Length == 0 || match.SourceNamespace == node.Namespace) && LabelSelector.Matches(match.SourceLabels, node.Labels);
}
