namespace Lateen.Control.GatewayApi;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Snapshot;

/// <summary>
/// Says in Istio's terms what the objects of the Gateway API mean. Rules of all routes for one host are ranked together, as the
/// specification wants, so each host of a listener gets one virtual service.
/// </summary>
internal sealed class GatewayApiConversion
{
    private readonly GatewayApiObjects objects;
    private readonly IReadOnlyList<GatewayState> gateways;
    private readonly Attachment attachment;
    private readonly Backends backends;
    private readonly MeshRoutes mesh;
    private readonly Dictionary<(ListenerState Listener, string Host), HostRules> hosts = [];
    private readonly List<RouteState> routes = [];

    private GatewayApiConversion(GatewayApiObjects objects, ServiceIndex services, MeshSettings settings)
    {
        this.objects = objects;
        gateways = [.. GatewayReader.Read(objects, services, settings)];
        attachment = new Attachment(gateways, objects);
        backends = new Backends(objects.Grants, services, settings);
        mesh = new MeshRoutes(services, settings);
    }

    public static GatewayApiModel Convert(GatewayApiObjects objects, ServiceIndex services, MeshSettings settings)
    {
        GatewayApiConversion conversion = new(objects, services, settings);
        for (int i = 0; i < objects.Routes.Count; i++)
        {
            conversion.Attach(objects.Routes[i], i);
        }

        return conversion.Finish(IngressConversion.Convert(objects, services, settings));
    }

    private GatewayApiModel Finish(IngressModel ingress) => new()
    {
        Gateways = gateways
            .Where(each => each.Accepted.IsTrue && each.Selector.Count > 0)
            .SelectMany(each => each.Listeners.Where(listener => listener.Serves).Select(listener => ServerOf(each, listener)))
            .Concat(ingress.Gateways)
            .ToValueList(),
        VirtualServices =
        [
            .. hosts.Values.Select(each => each.ToVirtualService()),
            .. EmptyHosts(),
            .. mesh.VirtualServices(),
            .. ingress.VirtualServices,
        ],
        Deployments = gateways
            .Where(each => each.IsManaged && each.Accepted.IsTrue)
            .Select(each => DeploymentPlan.Of(each.Gateway))
            .ToValueList(),
        Routes = routes.ToValueList(),
        Ingresses = ingress.Served,
        GatewayStates = gateways,
        Objects = objects,
    };

    private void Attach(ConfigObject<DeclaredRoute> route, int order)
    {
        List<ParentState> parents = [];
        foreach (ParentReference parent in route.Spec.Parents)
        {
            if (parent is { Kind: "Service", Group: "" or "core" })
            {
                Problems problems = new();
                parents.Add(ParentState.Of(parent, mesh.Attach(route, order, parent, backends, problems), problems));
            }
            else if ((parent.Kind ?? "Gateway") == "Gateway" && (parent.Group ?? GatewayApiGroup.Name) == GatewayApiGroup.Name
                && attachment.IsOurs(route, parent))
            {
                Problems problems = new();
                parents.Add(ParentState.Of(parent, AttachToGateway(route, order, parent, problems), problems));
            }
        }

        if (parents.Count > 0)
        {
            routes.Add(new RouteState(route.Key, route.Generation, parents.ToValueList()));
        }
    }

    private (string Reason, string Message)? AttachToGateway(
        ConfigObject<DeclaredRoute> route, int order, ParentReference parent, Problems problems)
    {
        if (route.Spec.Unsupported.Length > 0)
        {
            return ("UnsupportedValue", route.Spec.Unsupported);
        }

        List<AttachedListener> attached = [];
        if (attachment.TryAttach(route, parent, attached) is { } refusal)
        {
            return refusal;
        }

        foreach (AttachedListener each in attached)
        {
            each.Listener.Routes.Add(route.Key);
            foreach (string host in each.Hosts)
            {
                RulesAt(each.Listener, host).Add(route, order, each.Listener.Listener.Port, backends, problems);
            }
        }

        return null;
    }

    private HostRules RulesAt(ListenerState listener, string host)
    {
        if (!hosts.TryGetValue((listener, host), out HostRules? rules))
        {
            hosts[(listener, host)] = rules = HostRules.AtListener(listener, host);
        }

        return rules;
    }

    // A listener's host without routes of its own answers 404; it must not fall to a wildcard of another listener.
    private IEnumerable<ConfigObject<VirtualServiceSpec>> EmptyHosts() =>
        from gateway in gateways
        where gateway.Accepted.IsTrue
        from listener in gateway.Listeners
        where listener.Serves && listener.Listener.Protocol == "HTTP" && listener.Host.Value != "*"
            && !hosts.ContainsKey((listener, listener.Host.Value))
        select HostRules.AtListener(listener, listener.Host.Value).ToVirtualService();

    private static ConfigObject<GatewaySpec> ServerOf(GatewayState gateway, ListenerState listener)
    {
        string number = listener.Listener.Port.ToString(CultureInfo.InvariantCulture);
        GatewayServer server = new()
        {
            Port = new GatewayPort
            {
                Number = listener.Listener.Port,
                Name = $"{listener.Listener.Protocol.ToLowerInvariant()}-{number}-{gateway.Key.Name}-{listener.Listener.Name}",
                Protocol = listener.Listener.Protocol,
            },
            Hosts = ["*/" + listener.Host.Value],
            Tls = listener.Listener.Protocol == "TLS" ? new ServerTlsSettings { Mode = ServerTlsMode.Passthrough } : null,
        };
        ResourceKey key = new("networking.istio.io", "Gateway", gateway.Key.Namespace, listener.InternalName);
        return new ConfigObject<GatewaySpec>(
            key,
            gateway.Gateway.CreatedAt,
            gateway.Gateway.Generation,
            0,
            new GatewaySpec { Selector = gateway.Selector, Servers = [server] })
        {
            Origin = ConfigOrigin.GatewayApi,
            ProxyNamespace = gateway.ServiceName.Namespace,
        };
    }
}
