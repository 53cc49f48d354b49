namespace Lateen.Control.Config;

using System.Collections.Immutable;
using Lateen.Api.Names;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Resources.Networking;
using Lateen.Control.GatewayApi;
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
    private readonly ServiceRegistry registry = new();
    private readonly RuleTable<VirtualServiceSpec> virtualServices = new();
    private readonly RuleTable<DestinationRuleSpec> destinationRules = new();
    private readonly RuleTable<GatewaySpec> gateways = new();
    private readonly RuleTable<SidecarSpec> sidecars = new();
    private readonly GatewayApiStore gatewayApi = new();
    private readonly Dictionary<ResourceKey, RejectedObject> rejected = [];
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

    /// <summary>Raised when an object was rejected.</summary>
    public event Action? Rejection;

    /// <summary>Objects that are stored and not in use.</summary>
    public IReadOnlyList<RejectedObject> Rejected
    {
        get
        {
            lock (gate)
            {
                return [.. rejected.Values];
            }
        }
    }

    public void Reject(RejectedObject refused)
    {
        lock (gate)
        {
            rejected[refused.Key] = refused;
        }

        Rejection?.Invoke();
    }

    public void Apply(ResourceKey key, object resource)
    {
        string problem = "";
        bool raise;
        lock (gate)
        {
            rejected.Remove(key);
            Dirt change = Store(key, resource, ref problem);
            dirt |= change;
            raise = gatewayApi.Store(key, resource) | change is not Dirt.None && synced;
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
            rejected.Remove(key);
            Dirt change = Forget(key);
            dirt |= change;
            raise = gatewayApi.Remove(key) | change is not Dirt.None && synced;
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
            if (dirt is Dirt.None && !gatewayApi.HasChanged)
            {
                return new SnapshotChange(last, false, []);
            }

            bool converted = gatewayApi.HasChanged;
            MeshSnapshot next = gatewayApi.Fill(Build(), last);
            ImmutableHashSet<string> changed = [.. next.Endpoints.ChangedSince(last.Endpoints)];
            bool full = converted || (dirt & ~(Dirt.Endpoints | Dirt.Entries)) is not Dirt.None
                || changed.Any(host => IsMoreThanEndpoints(host, next));
            dirt = Dirt.None;
            last = next;
            return new SnapshotChange(next, full, changed);
        }
    }

    private MeshSnapshot Build()
    {
        long version = last.Version + 1;
        MeshSnapshot next = new()
        {
            Version = version,
            Mesh = mesh,
            VirtualServices = dirt.HasFlag(Dirt.VirtualServices)
                ? new VirtualServiceIndex(virtualServices.Take(version), mesh.DomainSuffix)
                : last.VirtualServices,
            DestinationRules = dirt.HasFlag(Dirt.DestinationRules)
                ? new DestinationRuleIndex(destinationRules.Take(version), mesh.DomainSuffix)
                : last.DestinationRules,
            Gateways = dirt.HasFlag(Dirt.Gateways) ? new GatewayIndex(gateways.Take(version)) : last.Gateways,
            Sidecars = dirt.HasFlag(Dirt.Sidecars) ? new SidecarIndex(sidecars.Take(version)) : last.Sidecars,
        };
        return registry.Fill(next, last, (RegistryChange)dirt & RegistryChange.Everything);
    }

    // Endpoints of names that the proxy looks up are part of their cluster, and addresses of headless services are part of
    // listeners and of the name table.
    private static bool IsMoreThanEndpoints(string host, MeshSnapshot next) =>
        next.Services.Find(host) is { Resolution: not Resolution.Registry };

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
            case ConfigMap map when key.Name == MeshConfigMap && key.Namespace == mesh.RootNamespace:
                return StoreMesh(map, ref problem) ? Dirt.Mesh : Dirt.None;
            default:
                return (Dirt)(registry.Store(key, resource, mesh.DomainSuffix) ?? RegistryChange.None);
        }
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
        "Gateway" when key.Group == GatewayApiGroup.Name => Dirt.None,
        "VirtualService" => virtualServices.Remove(key) ? Dirt.VirtualServices : Dirt.None,
        "DestinationRule" => destinationRules.Remove(key) ? Dirt.DestinationRules : Dirt.None,
        "Gateway" => gateways.Remove(key) ? Dirt.Gateways : Dirt.None,
        "Sidecar" => sidecars.Remove(key) ? Dirt.Sidecars : Dirt.None,
        _ => (Dirt)registry.Forget(key),
    };

    // The first three are the registry's, so that its answer is a part of the sum as it is.
    [Flags]
    private enum Dirt
    {
        None = RegistryChange.None,
        Endpoints = RegistryChange.Endpoints,
        Entries = RegistryChange.Entries,
        Services = RegistryChange.Services,
        VirtualServices = 8,
        DestinationRules = 16,
        Gateways = 32,
        Mesh = 64,
        Sidecars = 128,
        Everything = 255,
    }
}
