namespace Lateen.Control.Translation.Listeners;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation.Routes;

/// <summary>Gathers the listeners of a gateway: servers of all Gateways on one port share a listener.</summary>
internal static class GatewayListeners
{
    public static IEnumerable<GatewayListenerInputs> Gather(ProxyScope scope, ProxyNode node, AccessLogSettings log)
    {
        foreach (IGrouping<(string Bind, int Port), BoundServer> group in
            GatewayServers.Merged(scope, node).Servers.GroupBy(server => (server.Bind, server.Port)))
        {
            if (group.First().Kind is ServerKind.Http)
            {
                yield return new GatewayListenerInputs(
                    group.Key.Bind, group.Key.Port, GatewayRoutes.NameOf(group.Key.Port), [], log)
                {
                    ForwardsByName = scope.Services.HasHostsOfRequests,
                    GrpcWeb = group.Any(static server => server.IsGrpcWeb),
                };
                continue;
            }

            ListenerDraft draft = new(group.Key.Bind, group.Key.Port, opened: true);
            foreach (StreamChain chain in group.SelectMany(server => ChainsOf(server, scope, node)))
            {
                draft.TryAdd(chain);
            }

            // Without a route there is nowhere to go, so the port stays closed (Istio builds no listener either).
            if (draft.Chains.Count > 0)
            {
                yield return new GatewayListenerInputs(group.Key.Bind, group.Key.Port, "", draft.Chains.ToValueList(), log);
            }
        }
    }

    private static IEnumerable<StreamChain> ChainsOf(BoundServer server, ProxyScope scope, ProxyNode node)
    {
        string gateway = GatewayIndex.NameOf(server.Gateway);
        StreamRules rules = new(scope, node, gateway, server.Number);
        foreach (ConfigObject<VirtualServiceSpec> owner in scope.VirtualServicesAt(gateway))
        {
            HashSet<string> served = GatewayHosts.Served(server, owner, scope);
            if (served.Count == 0)
            {
                continue;
            }

            if (server.Kind is ServerKind.Tls)
            {
                foreach (StreamChain chain in rules.Tls(owner, []))
                {
                    yield return chain with { ServerNames = Within(chain.ServerNames, served) };
                }
            }
            else if (rules.Tcp(owner, []).FirstOrDefault() is { } chain)
            {
                yield return chain with { Subnets = [] };
                yield break;
            }
        }
    }

    // A rule may not open the gateway for names that its server does not list.
    private static ValueList<string> Within(ValueList<string> names, HashSet<string> served) =>
        names.Where(name => served.Any(host => new HostName(name).IsSubsetOf(new HostName(host)))).ToValueList();
}
