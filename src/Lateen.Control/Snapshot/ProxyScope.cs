namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;

/// <summary>
/// What one proxy may see of the mesh. Proxies that see the same share one scope; translation reads services and rules through it
/// and never past it.
/// </summary>
public sealed class ProxyScope
{
    private readonly MeshSnapshot snapshot;
    private readonly ScopeKey key;
    private readonly VirtualServiceIndex rules;
    private readonly Dictionary<string, MeshService>? inferred;

    internal ProxyScope(MeshSnapshot snapshot, ScopeKey key, ConfigObject<SidecarSpec>? sidecar, ScopeTable table)
    {
        this.snapshot = snapshot;
        this.key = key;
        Sidecar = sidecar;
        rules = table.RulesSeenFrom(key.Namespace);
        ServiceIndex exported = table.ServicesSeenFrom(key.Namespace);
        if (sidecar is null || sidecar.Spec.Egress.Count == 0)
        {
            Egress = [new EgressScope(null, "", CaptureMode.Default, exported, rules)];
            Services = exported;
            Destinations = exported.All;
            return;
        }

        EgressReader reader = new(key.Namespace, exported, rules);
        Egress = [.. sidecar.Spec.Egress.Select(reader.Read)];
        Services = EgressReader.Union(Egress);
        List<MeshService> reached = [.. reader.Inferred(Egress, Services, snapshot.Mesh.DomainSuffix)];
        inferred = reached.ToDictionary(each => each.Host, StringComparer.Ordinal);
        Destinations = Services.All.Concat(reached).OrderBy(each => each.Host, StringComparer.Ordinal).ToValueList();
    }

    /// <summary>The namespace of the proxies.</summary>
    public string Namespace => key.Namespace;

    /// <summary>The Sidecar in force, or null.</summary>
    public ConfigObject<SidecarSpec>? Sidecar { get; }

    public MeshSettings Mesh => snapshot.Mesh;

    /// <summary>What may be called, by egress listener; without a Sidecar one for everything.</summary>
    public IReadOnlyList<EgressScope> Egress { get; }

    /// <summary>Services that get listeners and virtual hosts.</summary>
    public ServiceIndex Services { get; }

    /// <summary>Services that get clusters: the visible ones, and those that visible virtual services send calls to.</summary>
    public ValueList<MeshService> Destinations { get; }

    public GatewayIndex Gateways => snapshot.Gateways;

    /// <summary>Whether calls to what is not known pass through.</summary>
    public bool AllowAnyOutbound => Sidecar?.Spec.OutboundTrafficPolicy is { } policy
        ? policy.Mode is Lateen.Api.Resources.Mesh.OutboundTrafficMode.AllowAny
        : Mesh.AllowAnyOutbound;

    /// <summary>Hosts that some visible virtual service names for sidecars.</summary>
    public IEnumerable<HostName> HostsInMesh => rules.HostsInMesh;

    /// <summary>Scopes with equal keys have the same clusters to services.</summary>
    internal object ClusterKey => (Destinations, snapshot.DestinationRules.HasRulesFor(Namespace) ? Namespace : "", key.Policies);

    /// <summary>The scope of a proxy; the same object for all proxies that see the same.</summary>
    public static ProxyScope Of(MeshSnapshot snapshot, ProxyNode node) => ScopeTable.Of(snapshot).Find(node);

    /// <summary>A visible service.</summary>
    public MeshService? FindService(string host) => Services.Find(host);

    /// <summary>A service that calls may go to, whether visible by itself or through a virtual service only.</summary>
    public MeshService? FindDestination(string host) => Services.Find(host) ?? inferred?.GetValueOrDefault(host);

    /// <summary>
    /// All services of a namespace, visible to this proxy or not: what is said of a workload's own ports does not depend on who
    /// may call them.
    /// </summary>
    public IEnumerable<MeshService> ServicesIn(string ns) => snapshot.Services.InNamespace(ns);

    /// <summary>The egress listener for calls to a port: the one made for it, else the one for all ports.</summary>
    public EgressScope? EgressAt(int port) =>
        Egress.FirstOrDefault(each => each.Port?.Number == port) ?? Egress.FirstOrDefault(each => each.Port is null);

    /// <summary>The virtual service that routes calls from sidecars to a host.</summary>
    public ConfigObject<VirtualServiceSpec>? OwnerInMesh(HostName host) => rules.OwnerInMesh(host);

    /// <summary>Visible virtual services bound to a gateway ("namespace/name"), in order of precedence.</summary>
    public IEnumerable<ConfigObject<VirtualServiceSpec>> VirtualServicesAt(string gateway) => rules.AtGateway(gateway);

    /// <summary>Hosts of a virtual service with short names expanded.</summary>
    public IEnumerable<HostName> HostsOf(ConfigObject<VirtualServiceSpec> each) => rules.HostsOf(each);

    /// <summary>What destination rules say of a service to this proxy.</summary>
    public DestinationPolicy? PolicyOf(MeshService service) =>
        snapshot.DestinationRules.Find(Namespace, key.Policies, service.Host, service.Namespace, snapshot.Mesh);

    public ValueList<ServiceEndpoint> EndpointsOf(MeshService service, int port) => snapshot.Endpoints.Of(service, port);

    /// <summary>Where a proxy runs, from itself or from its pod.</summary>
    public Locality LocalityOf(ProxyNode node) => snapshot.Workloads.LocalityOf(node);

    public string NodeOf(ProxyNode node) => snapshot.Workloads.NodeOf(node);
}
