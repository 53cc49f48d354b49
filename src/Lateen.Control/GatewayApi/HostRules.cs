namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>The rules of all routes for one host, gathered until all are known and can be ranked.</summary>
internal sealed class HostRules(ResourceKey key, string host, string gateway)
{
    private readonly List<RankedRule> http = [];
    private readonly List<TcpRoute> tcp = [];
    private readonly List<TlsRoute> tls = [];
    private DateTimeOffset? createdAt;
    private long generation;

    /// <summary>Rules for the callers of one namespace; for them they come before the producer's, whichever are older.</summary>
    public bool IsOfConsumer { get; init; }

    public static HostRules AtListener(ListenerState listener, string host)
    {
        string name = listener.InternalName + "-" + host.Replace('*', '_');
        ResourceKey key = new(GatewayApiGroup.Name, "HTTPRoute", listener.Gateway.Key.Namespace, name);
        return new HostRules(key, host, listener.FullInternalName);
    }

    /// <summary>Adds a route's rules. Port is the listener's, or the one that a mesh route is limited to (0 for none).</summary>
    public void Add(ConfigObject<DeclaredRoute> route, int order, int port, Backends backends, Problems problems)
    {
        createdAt ??= route.CreatedAt;
        generation += route.Generation;
        bool isMesh = gateway.Length == 0;
        foreach (RankedRule rule in HttpRuleConversion.Convert(route, order, isMesh ? 0 : port, backends, problems))
        {
            http.Add(isMesh && port > 0 ? Limited(rule, port) : rule);
        }

        if (route.Key.Kind == RouteKinds.Tls)
        {
            tls.AddRange(L4RuleConversion.Tls(route, host, backends, problems));
        }

        if (route.Key.Kind == RouteKinds.Tcp)
        {
            tcp.AddRange(L4RuleConversion.Tcp(route, isMesh ? port : 0, backends, problems));
        }
    }

    public ConfigObject<VirtualServiceSpec> ToVirtualService() => new(
        key,
        createdAt ?? DateTimeOffset.UnixEpoch,
        generation,
        0,
        new VirtualServiceSpec
        {
            Hosts = [host],
            Gateways = gateway.Length > 0 ? [gateway] : [],
            ExportTo = IsOfConsumer ? ["."] : ["*"],
            Http = RankedRule.Sort(http).ToValueList(),
            Tcp = tcp.ToValueList(),
            Tls = tls.ToValueList(),
        })
    {
        Origin = ConfigOrigin.GatewayApi,
        Rank = IsOfConsumer ? -1 : 0,
    };

    private static RankedRule Limited(RankedRule rule, int port)
    {
        HttpMatchRequest match = rule.Match with { Port = port };
        return rule with { Match = match, Rule = rule.Rule with { Match = [match] } };
    }
}
