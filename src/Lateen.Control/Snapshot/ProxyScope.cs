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

    internal ProxyScope(MeshSnapshot snapshot, string ns)
    {
        this.snapshot = snapshot;
        Namespace = ns;
    }

    /// <summary>The namespace of the proxies.</summary>
    public string Namespace { get; }

    public MeshSettings Mesh => snapshot.Mesh;

    /// <summary>Services that get listeners and virtual hosts.</summary>
    public ServiceIndex Services => snapshot.Services;

    /// <summary>Services that get clusters: the visible ones, and those that visible virtual services send calls to.</summary>
    public ValueList<MeshService> Destinations => snapshot.Services.All;

    public GatewayIndex Gateways => snapshot.Gateways;

    /// <summary>Hosts that some visible virtual service names for sidecars.</summary>
    public IEnumerable<HostName> HostsInMesh => snapshot.VirtualServices.HostsInMesh;

    /// <summary>Scopes with equal keys have the same clusters to services.</summary>
    internal string ClusterKey => snapshot.DestinationRules.HasRulesIn(Namespace) ? Namespace : "";

    /// <summary>The scope of a proxy; the same object for all proxies that see the same.</summary>
    public static ProxyScope Of(MeshSnapshot snapshot, ProxyNode node) => ScopeTable.Of(snapshot).Find(node);

    /// <summary>A visible service.</summary>
    public MeshService? FindService(string host) => snapshot.Services.Find(host);

    /// <summary>A service that calls may go to, whether visible by itself or through a virtual service only.</summary>
    public MeshService? FindDestination(string host) => snapshot.Services.Find(host);

    /// <summary>
    /// All services of a namespace, visible to this proxy or not: what is said of a workload's own ports does not depend on who may
    /// call them.
    /// </summary>
    public IEnumerable<MeshService> ServicesIn(string ns) => snapshot.Services.InNamespace(ns);

    /// <summary>The virtual service that routes calls from sidecars to a host.</summary>
    public ConfigObject<VirtualServiceSpec>? OwnerInMesh(HostName host) => snapshot.VirtualServices.OwnerInMesh(host);

    /// <summary>Visible virtual services bound to a gateway ("namespace/name"), in order of precedence.</summary>
    public IEnumerable<ConfigObject<VirtualServiceSpec>> VirtualServicesAt(string gateway) =>
        snapshot.VirtualServices.AtGateway(gateway);

    /// <summary>Hosts of a virtual service with short names expanded.</summary>
    public IEnumerable<HostName> HostsOf(ConfigObject<VirtualServiceSpec> each) => snapshot.VirtualServices.HostsOf(each);

    /// <summary>What destination rules say of a service to this proxy.</summary>
    public DestinationPolicy? PolicyOf(MeshService service) =>
        snapshot.DestinationRules.Find(Namespace, service.Host, service.Namespace, snapshot.Mesh.RootNamespace);

    public ValueList<ServiceEndpoint> EndpointsOf(string host, int port) => snapshot.Endpoints.Of(host, port);
}
