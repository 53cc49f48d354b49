namespace Lateen.Proxy.Xds;

using System.Collections.Frozen;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>
/// Decides what serves: a cluster once its endpoints and secrets are known, a listener once its routes, secrets and discovered
/// filters are; until then the version before keeps serving. Used under the store's lock.
/// </summary>
internal sealed class Warming(ResourceStore store, TimeProvider time)
{
    private readonly FetchDeadlines _deadlines = new(time);

    /// <summary>Both wildcard types were received and nothing is warming any more; latched.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>How many wait for what they refer to.</summary>
    public int WarmingClusters { get; private set; }

    public int WarmingListeners { get; private set; }

    public DateTimeOffset? NextDeadline()
    {
        DateTimeOffset?[] all =
        [
            _deadlines.Next, store.Clusters.NextExpiry(), store.Endpoints.NextExpiry(), store.Listeners.NextExpiry(),
            store.Routes.NextExpiry(), store.Secrets.NextExpiry(), store.Extensions.NextExpiry(),
        ];
        return all.Min();
    }

    public HashSet<string> Needed(string typeUrl)
    {
        IEnumerable<string> names = typeUrl switch
        {
            TypeUrls.Endpoints => AllClusters().Where(static c => c.Type is ClusterType.Eds).Select(ResourceNeeds.EndpointsName),
            TypeUrls.Route => AllListeners().SelectMany(ResourceNeeds.Routed).Select(static m => m.RouteTableName),
            TypeUrls.Secret => Secrets(AllClusters(), AllListeners())
                .Where(name => !store.OwnSecrets.ContainsKey(name) && !FileSecretKey.TryRead(name, out _, out _)),
            TypeUrls.Extension => AllListeners().SelectMany(ResourceNeeds.Discovered).Select(static f => f.Source.Name),
            _ => [],
        };
        return names.ToHashSet(StringComparer.Ordinal);
    }

    public IReadOnlyList<IGrouping<string, string>> FileSecrets() =>
    [
        .. Secrets(AllClusters(), AllListeners()).Distinct(StringComparer.Ordinal)
            .Select(static key => (IsFile: FileSecretKey.TryRead(key, out string path, out string name), Path: path, Name: name))
            .Where(static key => key.IsFile).GroupBy(static key => key.Path, static key => key.Name),
    ];

    public ProxySnapshot Build()
    {
        DateTimeOffset now = time.GetUtcNow();
        Expire(now);
        PublishExtensions();
        _deadlines.BeginRound();
        WarmingClusters = WarmingListeners = 0;
        foreach (XdsResource<ClusterConfig> cluster in store.Clusters.ByName.Values)
        {
            WarmingClusters += Promote(cluster, IsWarm(cluster.Latest, now)) ? 0 : 1;
        }

        foreach (XdsResource<ListenerConfig> listener in store.Listeners.ByName.Values)
        {
            WarmingListeners += Promote(listener, IsWarm(listener.Latest, now)) ? 0 : 1;
        }

        bool warming = WarmingClusters + WarmingListeners > 0;

        // What the bootstrap gives serves from the start; its waits end all the same.
        foreach (ListenerConfig listener in store.StaticListeners)
        {
            IsWarm(listener, now);
        }

        _deadlines.EndRound();
        IsComplete |= !warming && (store.Clusters.WasReceived || !store.WantsClusters)
            && (store.Listeners.WasReceived || !store.WantsListeners);
        return Snapshot();
    }

    private static IEnumerable<string> Secrets(IEnumerable<ClusterConfig> clusters, IEnumerable<ListenerConfig> listeners) =>
        clusters.SelectMany(ResourceNeeds.Secrets).Concat(listeners.SelectMany(ResourceNeeds.Secrets));

    // True when nothing is left to warm.
    private static bool Promote<T>(XdsResource<T> resource, bool isWarm)
        where T : class
    {
        if (isWarm)
        {
            resource.Activate();
        }

        return ReferenceEquals(resource.Active, resource.Latest);
    }

    private ProxySnapshot Snapshot() => new()
    {
        Listeners = [.. store.StaticListeners, .. store.Listeners.ByName.Values.Select(static l => l.Active).OfType<ListenerConfig>()],
        Clusters = ActiveClusters().ToFrozenDictionary(static c => c.Name, StringComparer.Ordinal),
        Endpoints = store.Endpoints.ByName.Values.Select(static e => e.Latest).OfType<EndpointsConfig>()
            .ToFrozenDictionary(static e => e.Name, StringComparer.Ordinal),
        RouteTables = store.Routes.ByName.Values.Select(static r => r.Latest).OfType<RouteTable>()
            .ToFrozenDictionary(static r => r.Name, StringComparer.Ordinal),
        Secrets = Secrets().ToFrozenDictionary(static s => s.Name, StringComparer.Ordinal),
    };

    private void Expire(DateTimeOffset now)
    {
        store.Clusters.RemoveExpired(now);
        store.Listeners.RemoveExpired(now);
        store.Secrets.RemoveExpired(now);
        store.Extensions.RemoveExpired(now);
        foreach (string name in store.Endpoints.RemoveExpired(now))
        {
            store.Endpoints.SetMissing(name, new EndpointsConfig { Name = name }, now);
        }

        foreach (string name in store.Routes.RemoveExpired(now))
        {
            store.Routes.SetMissing(name, new RouteTable { Name = name }, now);
        }
    }

    // A filter's configuration needs no warming of its own: it serves as soon as it is there.
    private void PublishExtensions()
    {
        foreach (DiscoveredFilterFactory place in AllListeners().SelectMany(ResourceNeeds.Discovered))
        {
            place.Source.Current = store.Extensions.Latest(place.Source.Name)?.Factory;
        }

        foreach (XdsResource<ExtensionConfig> extension in store.Extensions.ByName.Values)
        {
            extension.Activate();
        }
    }

    private bool IsWarm(ClusterConfig? cluster, DateTimeOffset now)
    {
        if (cluster is null)
        {
            return false;
        }

        bool warm = ResourceNeeds.Secrets(cluster).All(HasSecret);
        if (cluster.Type is ClusterType.Eds)
        {
            string name = ResourceNeeds.EndpointsName(cluster);
            bool there = store.Endpoints.Latest(name) is not null;
            if (!there && _deadlines.IsOver(TypeUrls.Endpoints, name, cluster.EndpointsFetchTimeout))
            {
                store.Endpoints.SetMissing(name, new EndpointsConfig { Name = name }, now);
                there = true;
            }

            warm &= there;
        }

        return warm;
    }

    private bool IsWarm(ListenerConfig? listener, DateTimeOffset now)
    {
        if (listener is null)
        {
            return false;
        }

        // A secret is waited for without limit: without it nothing could be served, and nothing must be served unprotected.
        bool warm = ResourceNeeds.Secrets(listener).All(HasSecret);
        foreach (HttpConnectionManagerConfig manager in ResourceNeeds.Routed(listener))
        {
            string name = manager.RouteTableName;
            bool there = store.Routes.Latest(name) is not null;
            if (!there && _deadlines.IsOver(TypeUrls.Route, name, manager.RoutesFetchTimeout))
            {
                store.Routes.SetMissing(name, new RouteTable { Name = name }, now);
                there = true;
            }

            warm &= there;
        }

        foreach (DiscoveredFilterFactory place in ResourceNeeds.Discovered(listener))
        {
            warm &= place.ServeDefaultAtOnce || store.Extensions.Latest(place.Source.Name) is not null
                || _deadlines.IsOver(TypeUrls.Extension, place.Source.Name, place.FetchTimeout);
        }

        return warm;
    }

    private bool HasSecret(string name) => store.OwnSecrets.ContainsKey(name) || store.Secrets.Latest(name) is not null;

    private IEnumerable<SecretConfig> Secrets()
    {
        foreach (XdsResource<SecretConfig> secret in store.Secrets.ByName.Values)
        {
            secret.Activate();
            if (secret.Latest is not null && !store.OwnSecrets.ContainsKey(secret.Name))
            {
                yield return secret.Latest;
            }
        }

        foreach (SecretConfig secret in store.OwnSecrets.Values)
        {
            yield return secret;
        }
    }

    private IEnumerable<ClusterConfig> AllClusters() => store.StaticClusters.Concat(
        store.Clusters.ByName.Values.SelectMany(static c => new[] { c.Latest, c.Active }).OfType<ClusterConfig>());

    private IEnumerable<ListenerConfig> AllListeners() => store.StaticListeners.Concat(
        store.Listeners.ByName.Values.SelectMany(static l => new[] { l.Latest, l.Active }).OfType<ListenerConfig>());

    private IEnumerable<ClusterConfig> ActiveClusters()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ClusterConfig cluster in store.StaticClusters)
        {
            names.Add(cluster.Name);
            yield return cluster;
        }

        foreach (XdsResource<ClusterConfig> cluster in store.Clusters.ByName.Values)
        {
            if (cluster.Active is not null && names.Add(cluster.Name))
            {
                yield return cluster.Active;
            }
        }
    }
}
