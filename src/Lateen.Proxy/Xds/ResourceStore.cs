namespace Lateen.Proxy.Xds;

using System.Collections.Frozen;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Service.Discovery.V3;
using Istio.Networking.Nds.V1;
using Lateen.Proxy.Agent.Resolving;
using Lateen.Proxy.Config;
using Lateen.Proxy.Xds.Reading;

/// <summary>
/// Everything received and given statically. Decides what is warm: a cluster serves once its endpoints are known, a listener once
/// its routes are; until then the version before keeps serving. Guarded by its own lock, because the admin interface reads it.
/// </summary>
public sealed class ResourceStore
{
    private readonly ExtensionCatalog _extensions;
    private readonly TimeProvider _time;
    private IReadOnlyList<ClusterConfig> _staticClusters = [];
    private IReadOnlyList<ListenerConfig> _staticListeners = [];

    public ResourceStore(ExtensionCatalog extensions, TimeProvider time)
    {
        _extensions = extensions;
        _time = time;
    }

    internal Lock Gate { get; } = new();

    internal XdsTable<Cluster, ClusterConfig> Clusters { get; } =
        new(TypeUrls.Cluster, Cluster.Parser, ClusterReader.Read, static c => c.Name);

    internal XdsTable<ClusterLoadAssignment, EndpointsConfig> Endpoints { get; } =
        new(TypeUrls.Endpoints, ClusterLoadAssignment.Parser, static (m, p, c) => EndpointsReader.Read(m, false, p, c), static e => e.Name);

    internal XdsTable<Listener, ListenerConfig> Listeners { get; } =
        new(TypeUrls.Listener, Listener.Parser, ListenerReader.Read, static l => l.Name);

    internal XdsTable<RouteConfiguration, RouteTable> Routes { get; } =
        new(TypeUrls.Route, RouteConfiguration.Parser, RouteReader.Read, static r => r.Name);

    /// <summary>Told all names of the mesh when they change; names are only asked for when this is set.</summary>
    public Action<IReadOnlyList<DnsHost>>? NamesChanged { get; set; }

    /// <summary>Both wildcard types were received and nothing is warming any more; latched.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Clusters and listeners of the bootstrap; they are there from the start and are never removed.</summary>
    public void SetStatic(IReadOnlyList<ClusterConfig> clusters, IReadOnlyList<ListenerConfig> listeners)
    {
        lock (Gate)
        {
            _staticClusters = clusters;
            _staticListeners = listeners;
        }
    }

    internal IReadOnlyList<ClusterConfig> StaticClusters => _staticClusters;

    internal IReadOnlyList<ListenerConfig> StaticListeners => _staticListeners;

    /// <summary>Applies a response; the good resources take effect, the others are returned with the reasons.</summary>
    internal (IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings) Apply(DeltaDiscoveryResponse response)
    {
        var errors = new List<string>();
        var warnings = new List<string>();
        lock (Gate)
        {
            switch (response.TypeUrl)
            {
                case TypeUrls.Cluster:
                    ApplyTo(Clusters, response, errors, warnings);
                    break;
                case TypeUrls.Endpoints:
                    ApplyTo(Endpoints, response, errors, warnings, static name => new EndpointsConfig { Name = name });
                    break;
                case TypeUrls.Listener:
                    ApplyTo(Listeners, response, errors, warnings);
                    break;
                case TypeUrls.Route:
                    ApplyTo(Routes, response, errors, warnings, static name => new RouteTable { Name = name });
                    break;
                case TypeUrls.NameTable:
                    ApplyNames(response, errors, warnings);
                    break;
                default:
                    errors.Add($"unknown resource type {response.TypeUrl}");
                    break;
            }
        }

        return (errors, warnings);
    }

    /// <summary>The endpoint names that the clusters need now.</summary>
    internal HashSet<string> NeededEndpoints()
    {
        lock (Gate)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (XdsResource<ClusterConfig> cluster in Clusters.ByName.Values)
            {
                Need(cluster.Latest, names);
                Need(cluster.Active, names);
            }

            foreach (ClusterConfig cluster in _staticClusters)
            {
                Need(cluster, names);
            }

            return names;
        }
    }

    /// <summary>The route tables that the listeners need now.</summary>
    internal HashSet<string> NeededRoutes()
    {
        lock (Gate)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (XdsResource<ListenerConfig> listener in Listeners.ByName.Values)
            {
                names.UnionWith(RouteNames(listener.Latest));
                names.UnionWith(RouteNames(listener.Active));
            }

            foreach (ListenerConfig listener in _staticListeners)
            {
                names.UnionWith(RouteNames(listener));
            }

            return names;
        }
    }

    /// <summary>Forgets endpoints and routes that nobody names any more; they have no removal of their own.</summary>
    internal void Forget(IEnumerable<string> endpoints, IEnumerable<string> routes)
    {
        lock (Gate)
        {
            foreach (string name in endpoints)
            {
                Endpoints.Remove(name);
            }

            foreach (string name in routes)
            {
                Routes.Remove(name);
            }
        }
    }

    /// <summary>What serves before anything was received: the static part.</summary>
    public ProxySnapshot CurrentSnapshot() => BuildSnapshot();

    /// <summary>Promotes what is warm and returns all that serves.</summary>
    internal ProxySnapshot BuildSnapshot()
    {
        lock (Gate)
        {
            bool warming = false;
            foreach (XdsResource<ClusterConfig> cluster in Clusters.ByName.Values)
            {
                warming |= !Promote(cluster, IsWarm(cluster.Latest));
            }

            foreach (XdsResource<ListenerConfig> listener in Listeners.ByName.Values)
            {
                warming |= !Promote(listener, RouteNames(listener.Latest).All(name => Routes.Latest(name) is not null));
            }

            IsComplete |= !warming && Clusters.WasReceived && Listeners.WasReceived;
            return new ProxySnapshot
            {
                Listeners = [.. _staticListeners, .. Listeners.ByName.Values.Select(static l => l.Active).OfType<ListenerConfig>()],
                Clusters = ActiveClusters().ToFrozenDictionary(static c => c.Name, StringComparer.Ordinal),
                Endpoints = Endpoints.ByName.Values.Select(static e => e.Latest).OfType<EndpointsConfig>()
                    .ToFrozenDictionary(static e => e.Name, StringComparer.Ordinal),
                RouteTables = Routes.ByName.Values.Select(static r => r.Latest).OfType<RouteTable>()
                    .ToFrozenDictionary(static r => r.Name, StringComparer.Ordinal),
            };
        }
    }

    internal static string EndpointsName(ClusterConfig cluster) =>
        cluster.EdsServiceName.Length > 0 ? cluster.EdsServiceName : cluster.Name;

    private static void Need(ClusterConfig? cluster, HashSet<string> names)
    {
        if (cluster?.Type is ClusterType.Eds)
        {
            names.Add(EndpointsName(cluster));
        }
    }

    private static IEnumerable<string> RouteNames(ListenerConfig? listener)
    {
        if (listener is null)
        {
            yield break;
        }

        foreach (FilterChainConfig chain in listener.FilterChains)
        {
            if (chain.Terminal is HttpConnectionManagerConfig { InlineRoutes: null } manager)
            {
                yield return manager.RouteTableName;
            }
        }

        if (listener.DefaultFilterChain?.Terminal is HttpConnectionManagerConfig { InlineRoutes: null } last)
        {
            yield return last.RouteTableName;
        }
    }

    // True when nothing is left to warm.
    private static bool Promote<T>(XdsResource<T> resource, bool isWarm)
        where T : class
    {
        if (isWarm)
        {
            resource.Active = resource.Latest;
        }

        return ReferenceEquals(resource.Active, resource.Latest);
    }

    private IEnumerable<ClusterConfig> ActiveClusters()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ClusterConfig cluster in _staticClusters)
        {
            names.Add(cluster.Name);
            yield return cluster;
        }

        foreach (XdsResource<ClusterConfig> cluster in Clusters.ByName.Values)
        {
            if (cluster.Active is not null && names.Add(cluster.Name))
            {
                yield return cluster.Active;
            }
        }
    }

    private bool IsWarm(ClusterConfig? cluster) =>
        cluster is not null && (cluster.Type is not ClusterType.Eds || Endpoints.Latest(EndpointsName(cluster)) is not null);

    // One table holds everything; it is not kept, so after a reconnect it comes again.
    private void ApplyNames(DeltaDiscoveryResponse response, List<string> errors, List<string> warnings)
    {
        var context = new ReadContext(_extensions);
        foreach (Resource resource in response.Resources)
        {
            if (context.TryUnpack(resource.Resource_, "NameTable", NameTable.Parser, out NameTable message))
            {
                IReadOnlyList<DnsHost> hosts = NameTableReader.Read(message, "NameTable", context);
                if (context.Errors.Count == 0)
                {
                    NamesChanged?.Invoke(hosts);
                }
            }
        }

        errors.AddRange(context.Errors);
        warnings.AddRange(context.Warnings);
    }

    private void ApplyTo<TMessage, TConfig>(
        XdsTable<TMessage, TConfig> table, DeltaDiscoveryResponse response, List<string> errors, List<string> warnings,
        Func<string, TConfig>? placeholder = null)
        where TMessage : Google.Protobuf.IMessage<TMessage>, new()
        where TConfig : class
    {
        DateTimeOffset now = _time.GetUtcNow();
        table.MarkReceived();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (Resource resource in response.Resources)
        {
            string? error = seen.Add(resource.Name)
                ? table.Apply(resource, _extensions, now, warnings)
                : $"{resource.Name}: stands twice in one response";
            if (error is not null)
            {
                errors.Add(error);
            }
        }

        foreach (string name in response.RemovedResources)
        {
            if (placeholder is null)
            {
                table.Remove(name);
            }
            else if (table.Latest(name) is null)
            {
                // Asked for and not there: an empty one lets its cluster or listener serve (503 or 404) instead of waiting for ever.
                table.SetMissing(name, placeholder(name), now);
            }
        }
    }
}
