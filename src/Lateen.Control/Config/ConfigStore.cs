namespace Lateen.Control.Config;

using System.Collections.Immutable;
using Lateen.Api.Names;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>
/// Everything the mesh watches, and the way from there to snapshots. A change that leaves the translated model as it was (a pod's
/// status, a second copy of a list) raises nothing.
/// </summary>
public sealed class ConfigStore : IConfigSink
{
    /// <summary>The ConfigMap of the root namespace that holds MeshConfig.</summary>
    public const string MeshConfigMap = "istio";

    private readonly Lock gate = new();
    private readonly Dictionary<ResourceKey, MeshService> services = [];
    private readonly Dictionary<ResourceKey, EndpointSlice> slices = [];
    private readonly Dictionary<(string Namespace, string Pod), Workload> workloads = [];
    private readonly Dictionary<string, Locality> nodes = new(StringComparer.Ordinal);
    private readonly RuleTable<VirtualServiceSpec> virtualServices = new();
    private readonly RuleTable<DestinationRuleSpec> destinationRules = new();
    private readonly RuleTable<GatewaySpec> gateways = new();
    private readonly RuleTable<SidecarSpec> sidecars = new();
    private MeshSnapshot last = MeshSnapshot.Empty;
    private MeshSettings mesh;
    private Dirt dirt = Dirt.Everything;
    private bool synced;

    public ConfigStore(MeshSettings? mesh = null) => this.mesh = mesh ?? MeshSettings.Default;

    /// <summary>Raised after each change that calls for a new snapshot, once the first lists are complete.</summary>
    public event Action? Changed;

    /// <summary>Raised with the reason when the mesh configuration cannot be read; the previous one stays in force.</summary>
    public event Action<string>? MeshConfigRejected;

    public bool IsSynced
    {
        get
        {
            lock (gate)
            {
                return synced;
            }
        }
    }

    public void Apply(ResourceKey key, object resource)
    {
        string problem = "";
        bool raise;
        lock (gate)
        {
            Dirt change = Store(key, resource, ref problem);
            dirt |= change;
            raise = synced && change is not Dirt.None;
        }

        if (problem.Length > 0)
        {
            MeshConfigRejected?.Invoke(problem);
        }

        if (raise)
        {
            Changed?.Invoke();
        }
    }

    public void Remove(ResourceKey key)
    {
        bool raise;
        lock (gate)
        {
            Dirt change = Forget(key);
            dirt |= change;
            raise = synced && change is not Dirt.None;
        }

        if (raise)
        {
            Changed?.Invoke();
        }
    }

    public void MarkSynced()
    {
        lock (gate)
        {
            synced = true;
        }

        Changed?.Invoke();
    }

    /// <summary>The configuration as it is now, and what is different from the snapshot before.</summary>
    public SnapshotChange TakeSnapshot()
    {
        lock (gate)
        {
            if (dirt is Dirt.None)
            {
                return new SnapshotChange(last, false, []);
            }

            MeshSnapshot next = Build();
            bool full = (dirt & ~Dirt.Endpoints) is not Dirt.None;
            ImmutableHashSet<string> changed = [.. next.Endpoints.ChangedSince(last.Endpoints)];
            dirt = Dirt.None;
            last = next;
            return new SnapshotChange(next, full, changed);
        }
    }

    private MeshSnapshot Build()
    {
        long version = last.Version + 1;
        ServiceIndex serviceIndex = dirt.HasFlag(Dirt.Services) ? new ServiceIndex(services.Values) : last.Services;
        EndpointReader endpoints = new(workloads, nodes, mesh.ClusterId);
        return new MeshSnapshot
        {
            Version = version,
            Mesh = mesh,
            Services = serviceIndex,
            Endpoints = endpoints.Read(serviceIndex, slices.Values, mesh.DomainSuffix),
            VirtualServices = dirt.HasFlag(Dirt.VirtualServices)
                ? new VirtualServiceIndex(virtualServices.Take(version), mesh.DomainSuffix)
                : last.VirtualServices,
            DestinationRules = dirt.HasFlag(Dirt.DestinationRules)
                ? new DestinationRuleIndex(destinationRules.Take(version), mesh.DomainSuffix)
                : last.DestinationRules,
            Gateways = dirt.HasFlag(Dirt.Gateways) ? new GatewayIndex(gateways.Take(version)) : last.Gateways,
            Sidecars = dirt.HasFlag(Dirt.Sidecars) ? new SidecarIndex(sidecars.Take(version)) : last.Sidecars,
        };
    }

    private Dirt Store(ResourceKey key, object resource, ref string problem)
    {
        switch (resource)
        {
            case VirtualService rule:
                return virtualServices.Store(key, rule.Metadata, rule.Spec) ? Dirt.VirtualServices : Dirt.None;
            case DestinationRule rule:
                return destinationRules.Store(key, rule.Metadata, rule.Spec) ? Dirt.DestinationRules : Dirt.None;
            case Gateway gateway:
                return gateways.Store(key, gateway.Metadata, gateway.Spec) ? Dirt.Gateways : Dirt.None;
            case Sidecar sidecar:
                return sidecars.Store(key, sidecar.Metadata, sidecar.Spec) ? Dirt.Sidecars : Dirt.None;
            case Service service:
                return Put(services, key, ServiceReader.Read(service, mesh.DomainSuffix)) ? Dirt.Services : Dirt.None;
            case EndpointSlice slice:
                return StoreSlice(key, slice) ? Dirt.Endpoints : Dirt.None;
            case Pod pod:
                return StorePod(key, pod) ? Dirt.Endpoints : Dirt.None;
            case Node node:
                return Put(nodes, key.Name, Locality.FromNodeLabels(node.Metadata.Labels)) ? Dirt.Endpoints : Dirt.None;
            case ConfigMap map when key.Name == MeshConfigMap && key.Namespace == mesh.RootNamespace:
                return StoreMesh(map, ref problem) ? Dirt.Mesh : Dirt.None;
            default:
                return Dirt.None;
        }
    }

    private bool StoreSlice(ResourceKey key, EndpointSlice slice)
    {
        bool same = slices.TryGetValue(key, out EndpointSlice? earlier)
            && earlier.Endpoints.Equals(slice.Endpoints)
            && earlier.Ports.Equals(slice.Ports)
            && earlier.Metadata.Labels.Equals(slice.Metadata.Labels);
        slices[key] = slice;
        return !same;
    }

    private bool StorePod(ResourceKey key, Pod pod)
    {
        Workload? workload = WorkloadReader.Read(pod);
        return workload is null
            ? workloads.Remove((key.Namespace, key.Name))
            : Put(workloads, (key.Namespace, key.Name), workload);
    }

    private bool StoreMesh(ConfigMap map, ref string problem)
    {
        if (!MeshSettingsReader.TryRead(map, mesh, out MeshSettings settings, out problem) || settings == mesh)
        {
            return false;
        }

        mesh = settings;
        return true;
    }

    private Dirt Forget(ResourceKey key) => key.Kind switch
    {
        "VirtualService" => virtualServices.Remove(key) ? Dirt.VirtualServices : Dirt.None,
        "DestinationRule" => destinationRules.Remove(key) ? Dirt.DestinationRules : Dirt.None,
        "Gateway" => gateways.Remove(key) ? Dirt.Gateways : Dirt.None,
        "Sidecar" => sidecars.Remove(key) ? Dirt.Sidecars : Dirt.None,
        "Service" => services.Remove(key) ? Dirt.Services : Dirt.None,
        "EndpointSlice" => slices.Remove(key) ? Dirt.Endpoints : Dirt.None,
        "Pod" => workloads.Remove((key.Namespace, key.Name)) ? Dirt.Endpoints : Dirt.None,
        "Node" => nodes.Remove(key.Name) ? Dirt.Endpoints : Dirt.None,
        _ => Dirt.None,
    };

    private static bool Put<TKey, TValue>(Dictionary<TKey, TValue> table, TKey key, TValue value)
        where TKey : notnull
        where TValue : notnull
    {
        bool same = table.TryGetValue(key, out TValue? earlier) && EqualityComparer<TValue>.Default.Equals(earlier, value);
        table[key] = value;
        return !same;
    }

    [Flags]
    private enum Dirt
    {
        None = 0,
        Endpoints = 1,
        Services = 2,
        VirtualServices = 4,
        DestinationRules = 8,
        Gateways = 16,
        Mesh = 32,
        Sidecars = 64,
        Everything = 127,
    }
}
