namespace Lateen.Control.Translation.Routes;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>Routes of a gateway: "http.8080" for all servers on that port, their virtual services merged by host.</summary>
internal static class GatewayRoutes
{
    private const string Prefix = "http.";

    public static string NameOf(int port) => Prefix + port.ToString(CultureInfo.InvariantCulture);

    public static RouteConfigurationInputs? Gather(string name, ProxyScope scope, ProxyNode node)
    {
        List<BoundServer> servers =
            [.. GatewayServers.Of(scope, node).Where(each => each.IsHttp && NameOf(each.Port) == name)];
        if (servers.Count == 0)
        {
            return null;
        }

        Dictionary<string, List<RuleInputs>> byHost = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> redirected = new(StringComparer.OrdinalIgnoreCase);
        HashSet<(string Gateway, ResourceKey Owner, string Host)> done = [];
        foreach (BoundServer server in servers)
        {
            string gateway = GatewayIndex.NameOf(server.Gateway);
            foreach (ConfigObject<VirtualServiceSpec> owner in scope.VirtualServicesAt(gateway))
            {
                foreach (string host in GatewayHosts.Served(server, owner, scope))
                {
                    if (server.RedirectsToHttps)
                    {
                        redirected.Add(host);
                    }

                    // Two servers of one gateway may list the same host; its rules count once.
                    if (done.Add((gateway, owner.Key, host)))
                    {
                        Add(byHost, host, server, owner, scope, node);
                    }
                }
            }
        }

        // A server that only redirects needs no virtual service.
        foreach (string host in servers.Where(each => each.RedirectsToHttps).SelectMany(each => each.Server.Hosts))
        {
            redirected.Add(GatewayHosts.HostOf(host).Value);
            byHost.TryAdd(GatewayHosts.HostOf(host).Value, []);
        }

        int port = servers[0].Port;
        ValueList<VirtualHostInputs> hosts = byHost
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new VirtualHostInputs(
                pair.Key + ":" + port.ToString(CultureInfo.InvariantCulture),
                Domains.WithPort(pair.Key, servers[0].Number).ToValueList(),
                pair.Value.ToValueList(),
                "",
                RouteSet.Operation(pair.Key, port))
            {
                RequireTls = redirected.Contains(pair.Key),
            })
            .ToValueList();
        return new RouteConfigurationInputs(name, hosts, CatchAll.None, scope.Mesh.DefaultHttpRetryPolicy);
    }

    private static void Add(
        Dictionary<string, List<RuleInputs>> byHost,
        string host,
        BoundServer server,
        ConfigObject<VirtualServiceSpec> owner,
        ProxyScope scope,
        ProxyNode node)
    {
        if (!byHost.TryGetValue(host, out List<RuleInputs>? rules))
        {
            byHost[host] = rules = [];
        }

        RuleScope here = new(node, GatewayIndex.NameOf(server.Gateway), server.Number);
        rules.AddRange(here.RulesOf(owner, scope, RouteSet.Operation(host, server.Number)));
    }
}
