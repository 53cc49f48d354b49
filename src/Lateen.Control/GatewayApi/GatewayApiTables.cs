namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Resources.Ingresses;
using Lateen.Control.Config;

/// <summary>What is watched for the Kubernetes Gateway API and Ingress.</summary>
internal sealed class GatewayApiTables
{
    public const string IngressGroup = "networking.k8s.io";

    private readonly RuleTable<GatewayClassSpec> classes = new();
    private readonly RuleTable<DeclaredGateway> gateways = new();
    private readonly RuleTable<DeclaredRoute> routes = new();
    private readonly RuleTable<ReferenceGrantSpec> grants = new();
    private readonly RuleTable<DeclaredIngress> ingresses = new();
    private readonly RuleTable<IngressClassSpec> ingressClasses = new();
    private readonly Dictionary<string, ValueMap<string, string>> namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Namespace, string Name), ServiceFacts> services = [];

    /// <summary>Takes an object; false when it changes nothing or is none of these kinds.</summary>
    public bool Store(ResourceKey key, object resource) => resource switch
    {
        GatewayClass each => classes.Store(key, each.Metadata, each.Spec),
        KubeGateway each => gateways.Store(key, each.Metadata, Declared(each)),
        KubeHttpRoute each => routes.Store(key, each.Metadata, RouteReader.Read(each)),
        KubeGrpcRoute each => routes.Store(key, each.Metadata, RouteReader.Read(each)),
        KubeTcpRoute each => routes.Store(key, each.Metadata, RouteReader.Read(each)),
        KubeTlsRoute each => routes.Store(key, each.Metadata, RouteReader.Read(each)),
        ReferenceGrant each => grants.Store(key, each.Metadata, each.Spec),
        Ingress each => ingresses.Store(key, each.Metadata, DeclaredIngress.Of(each)),
        IngressClass each => ingressClasses.Store(key, each.Metadata, each.Spec),
        Namespace each => StoreNamespace(each.Metadata),
        Service each => StoreService(key, each),
        _ => false,
    };

    public bool Remove(ResourceKey key) => key switch
    {
        { Group: GatewayApiGroup.Name, Kind: "GatewayClass" } => classes.Remove(key),
        { Group: GatewayApiGroup.Name, Kind: "Gateway" } => gateways.Remove(key),
        { Group: GatewayApiGroup.Name, Kind: "ReferenceGrant" } => grants.Remove(key),
        { Group: GatewayApiGroup.Name } => routes.Remove(key),
        { Group: IngressGroup, Kind: "Ingress" } => ingresses.Remove(key),
        { Group: IngressGroup, Kind: "IngressClass" } => ingressClasses.Remove(key),
        { Group: "", Kind: "Namespace" } => namespaces.Remove(key.Name),
        { Group: "", Kind: "Service" } => services.Remove((key.Namespace, key.Name)),
        _ => false,
    };

    public GatewayApiObjects Take(long version) => new()
    {
        Classes = classes.Take(version),
        Gateways = Sorted(gateways, version),
        Routes = Sorted(routes, version),
        Grants = grants.Take(version),
        Ingresses = Sorted(ingresses, version),
        IngressClasses = ingressClasses.Take(version),
        Namespaces = new Dictionary<string, ValueMap<string, string>>(namespaces, StringComparer.Ordinal),
        Services = new Dictionary<(string, string), ServiceFacts>(services),
    };

    private static IReadOnlyList<ConfigObject<TSpec>> Sorted<TSpec>(RuleTable<TSpec> table, long version)
        where TSpec : class
    {
        // The specification: oldest first, then by "namespace/name".
        return
        [
            .. table.Take(version)
                .OrderBy(each => each.CreatedAt)
                .ThenBy(each => each.Key.Namespace + "/" + each.Key.Name, StringComparer.Ordinal)
                .ThenBy(each => each.Key.Kind, StringComparer.Ordinal),
        ];
    }

    private static DeclaredGateway Declared(KubeGateway gateway) =>
        new(gateway.Spec, gateway.Metadata.Labels, gateway.Metadata.Annotations, gateway.Metadata.Uid);

    private bool StoreNamespace(ObjectMeta metadata)
    {
        bool same = namespaces.TryGetValue(metadata.Name, out ValueMap<string, string>? earlier) && earlier.Equals(metadata.Labels);
        namespaces[metadata.Name] = metadata.Labels;
        return !same;
    }

    private bool StoreService(ResourceKey key, Service service)
    {
        var facts = ServiceFacts.Of(service);
        bool same = services.TryGetValue((key.Namespace, key.Name), out ServiceFacts? earlier) && earlier == facts;
        services[(key.Namespace, key.Name)] = facts;
        return !same;
    }
}
