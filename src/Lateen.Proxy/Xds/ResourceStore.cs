namespace Lateen.Proxy.Xds;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Service.Discovery.V3;
using Istio.Networking.Nds.V1;
using Lateen.Proxy.Agent.Resolving;
using Lateen.Proxy.Config;
using Lateen.Proxy.Xds.Reading;

/// <summary>
/// Everything received and given statically. A response is applied here resource by resource; what of it serves is decided in
/// <see cref="Warming"/>. Guarded by its own lock, because the admin interface reads it.
/// </summary>
public sealed class ResourceStore
{
    private readonly ExtensionCatalog _extensions;
    private readonly TimeProvider _time;
    private readonly Warming _warming;

    // Found anew after a change, not every time that files are looked at.
    private IReadOnlyList<IGrouping<string, string>>? _fileSecrets;
    private readonly Dictionary<string, FilterChainCache> _chains = new(StringComparer.Ordinal);

    public ResourceStore(ExtensionCatalog extensions, TimeProvider time)
    {
        _extensions = extensions;
        _time = time;
        _warming = new Warming(this, time);
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

    internal XdsTable<Secret, SecretConfig> Secrets { get; } =
        new(TypeUrls.Secret, Secret.Parser, SecretReader.Read, static s => s.Name);

    internal XdsTable<TypedExtensionConfig, ExtensionConfig> Extensions { get; } =
        new(TypeUrls.Extension, TypedExtensionConfig.Parser, ExtensionReader.Read, static e => e.Name);

    internal DiscoveredFilters Discovered { get; } = new();

    /// <summary>Secrets of the bootstrap and of this process, by name; they are never asked for.</summary>
    internal Dictionary<string, SecretConfig> OwnSecrets { get; } = new(StringComparer.Ordinal);

    /// <summary>Told all names of the mesh when they change; names are only asked for when this is set.</summary>
    public Action<IReadOnlyList<DnsHost>>? NamesChanged { get; set; }

    /// <summary>Whether the bootstrap names a source of clusters (cds_config) and of listeners (lds_config).</summary>
    public bool WantsClusters { get; init; } = true;

    public bool WantsListeners { get; init; } = true;

    /// <summary>Both wildcard types were received and nothing is warming any more; latched.</summary>
    public bool IsComplete => _warming.IsComplete;

    internal int WarmingClusters => _warming.WarmingClusters;

    internal int WarmingListeners => _warming.WarmingListeners;

    internal IReadOnlyList<ClusterConfig> StaticClusters { get; private set; } = [];

    internal IReadOnlyList<ListenerConfig> StaticListeners { get; private set; } = [];

    /// <summary>What the bootstrap holds; it is there from the start and is never removed.</summary>
    public void SetStatic(
        IReadOnlyList<ClusterConfig> clusters, IReadOnlyList<ListenerConfig> listeners, IReadOnlyList<SecretConfig>? secrets = null)
    {
        lock (Gate)
        {
            _fileSecrets = null;
            StaticClusters = clusters;
            StaticListeners = listeners;
            foreach (SecretConfig secret in secrets ?? [])
            {
                OwnSecrets[secret.Name] = secret;
            }
        }
    }

    /// <summary>Sets a secret that this process obtained by itself; it takes effect with the next snapshot.</summary>
    public void SetSecret(SecretConfig secret)
    {
        lock (Gate)
        {
            OwnSecrets[secret.Name] = secret;
        }
    }

    /// <summary>Names of secrets that files hold, by file.</summary>
    internal IReadOnlyList<IGrouping<string, string>> FileSecrets()
    {
        lock (Gate)
        {
            return _fileSecrets ??= _warming.FileSecrets();
        }
    }

    /// <summary>What serves before anything was received: the static part.</summary>
    public ProxySnapshot CurrentSnapshot() => BuildSnapshot();

    /// <summary>Applies a response; the good resources take effect, the others are returned with the reasons.</summary>
    internal (IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings) Apply(DeltaDiscoveryResponse response)
    {
        var errors = new List<string>();
        var warnings = new List<string>();
        lock (Gate)
        {
            _fileSecrets = null;
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
                case TypeUrls.Secret:
                    ApplyTo(Secrets, response, errors, warnings);
                    break;
                case TypeUrls.Extension:
                    ApplyTo(Extensions, response, errors, warnings);
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

    /// <summary>The names of a type that are needed now.</summary>
    internal HashSet<string> Needed(string typeUrl)
    {
        lock (Gate)
        {
            return _warming.Needed(typeUrl);
        }
    }

    /// <summary>Name and version of all that is there of a type, for the first request of a stream.</summary>
    internal void AddVersions(string typeUrl, Google.Protobuf.Collections.MapField<string, string> versions)
    {
        lock (Gate)
        {
            switch (typeUrl)
            {
                case TypeUrls.Cluster: Clusters.AddVersions(versions); break;
                case TypeUrls.Endpoints: Endpoints.AddVersions(versions); break;
                case TypeUrls.Listener: Listeners.AddVersions(versions); break;
                case TypeUrls.Route: Routes.AddVersions(versions); break;
                case TypeUrls.Secret: Secrets.AddVersions(versions); break;
                case TypeUrls.Extension: Extensions.AddVersions(versions); break;
            }
        }
    }

    /// <summary>Forgets resources that nobody names any more; their types have no removal of their own.</summary>
    internal void Forget(string typeUrl, IEnumerable<string> names)
    {
        lock (Gate)
        {
            foreach (string name in names)
            {
                switch (typeUrl)
                {
                    case TypeUrls.Endpoints: Endpoints.Remove(name); break;
                    case TypeUrls.Route: Routes.Remove(name); break;
                    case TypeUrls.Secret: Secrets.Remove(name); break;
                    case TypeUrls.Extension: Extensions.Remove(name); break;
                }
            }
        }
    }

    /// <summary>Promotes what is warm and returns all that serves.</summary>
    internal ProxySnapshot BuildSnapshot()
    {
        lock (Gate)
        {
            return _warming.Build();
        }
    }

    /// <summary>When something changes though nothing arrives: a wait or a time to live ends. Null when nothing will.</summary>
    internal DateTimeOffset? NextDeadline()
    {
        lock (Gate)
        {
            return _warming.NextDeadline();
        }
    }

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
        HashSet<string> twice = [.. response.Resources.GroupBy(static r => r.Name).Where(static g => g.Count() > 1).Select(static g => g.Key)];
        errors.AddRange(twice.Select(static name => $"{name}: stands twice in one response"));
        foreach (Resource resource in response.Resources)
        {
            if (!twice.Contains(resource.Name) && ApplyOne(table, resource, now, warnings) is { } error)
            {
                errors.Add(error);
            }
        }

        foreach (string name in response.RemovedResources)
        {
            if (placeholder is null)
            {
                table.Remove(name);
                _chains.Remove(name);
            }
            else if (table.Latest(name) is null)
            {
                // Asked for and not there: an empty one lets its cluster or listener serve (503 or 404) instead of waiting for ever.
                table.SetMissing(name, placeholder(name), now);
            }
        }
    }

    private string? ApplyOne<TMessage, TConfig>(
        XdsTable<TMessage, TConfig> table, Resource resource, DateTimeOffset now, List<string> warnings)
        where TMessage : Google.Protobuf.IMessage<TMessage>, new()
        where TConfig : class
    {
        bool isListener = table.TypeUrl == TypeUrls.Listener;
        var context = new ReadContext(_extensions)
        {
            Discovered = Discovered,
            ChainsBefore = isListener ? _chains.GetValueOrDefault(resource.Name) : null,
        };
        string? error = table.Apply(resource, context, now, warnings);
        if (isListener && error is null && !context.Chains.IsEmpty)
        {
            _chains[resource.Name] = context.Chains;
        }

        return error;
    }
}
