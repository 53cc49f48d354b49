namespace Lateen.Proxy.Clusters;

using System.Collections.Frozen;
using Lateen.Proxy.Config;
using Lateen.Proxy.LoadBalancing;

/// <summary>The subsets that a cluster's hosts make now, and where a request goes whose subset is empty (Envoy, subset_lb). Immutable.</summary>
internal sealed class SubsetTable
{
    private readonly SubsetConfig _config;
    private readonly FrozenDictionary<string, HostSet> _subsets;
    private readonly FrozenDictionary<string, SubsetSelector> _selectors;
    private readonly HostSet _default;

    public SubsetTable(SubsetConfig config, IReadOnlyList<Host> hosts, Func<IReadOnlyList<Host>, HostSet> build)
    {
        _config = config;
        _selectors = config.Selectors.DistinctBy(static s => s.KeySet).ToFrozenDictionary(static s => s.KeySet, StringComparer.Ordinal);
        var members = new Dictionary<string, List<Host>>(StringComparer.Ordinal);
        foreach (SubsetSelector selector in _selectors.Values)
        {
            foreach (Host host in hosts)
            {
                foreach (string key in KeysOf(host, selector, 0, ""))
                {
                    members.TryAdd(key, []);
                    members[key].Add(host);
                }
            }
        }

        _subsets = members.ToFrozenDictionary(static m => m.Key, m => build(m.Value), StringComparer.Ordinal);
        _default = build([.. hosts.Where(h => config.Default is { } wanted && wanted.Values.All(v => ValuesOf(h, v.Key).Contains(v.Value)))]);
    }

    public int Count => _subsets.Count;

    public Host? Pick(LoadBalancer balancer, HostSet all, ref PickContext context, ClusterStats stats)
    {
        SubsetCriteria? criteria = context.Subset;
        while (criteria is not null)
        {
            if (_subsets.TryGetValue(criteria.Key, out HostSet? subset))
            {
                stats.SubsetsSelected.Increment();
                return balancer.Pick(subset, ref context, stats);
            }

            if (!_selectors.TryGetValue(criteria.KeySet, out SubsetSelector? selector) || selector.Fallback is not { } fallback)
            {
                break;
            }

            if (fallback is not SubsetFallback.KeysSubset)
            {
                return SetFor(fallback, all) is { } set ? balancer.Pick(set, ref context, stats) : null;
            }

            criteria = criteria.Reduce(selector.FallbackKeys);
        }

        return PickFallback(balancer, all, ref context, stats);
    }

    private Host? PickFallback(LoadBalancer balancer, HostSet all, ref PickContext context, ClusterStats stats)
    {
        if (SetFor(_config.Fallback, all) is not { } set)
        {
            return null;
        }

        if (balancer.Pick(set, ref context, stats) is { } host)
        {
            stats.SubsetsFallback.Increment();
            return host;
        }

        Host? any = _config.PanicModeAny ? balancer.Pick(all, ref context, stats) : null;
        if (any is not null)
        {
            stats.SubsetsFallbackPanic.Increment();
        }

        return any;
    }

    private HostSet? SetFor(SubsetFallback fallback, HostSet all) => fallback switch
    {
        SubsetFallback.AnyEndpoint => all,
        SubsetFallback.DefaultSubset => _default,
        _ => null,
    };

    // Every combination of a host's values for the selector's keys; none when it lacks one of them.
    private IEnumerable<string> KeysOf(Host host, SubsetSelector selector, int at, string prefix)
    {
        if (at == selector.Keys.Count)
        {
            return [prefix];
        }

        string start = at == 0 ? "" : prefix + "\n";
        return ValuesOf(host, selector.Keys[at]).SelectMany(v => KeysOf(host, selector, at + 1, $"{start}{selector.Keys[at]}={v}"));
    }

    private IReadOnlyList<string> ValuesOf(Host host, string key)
    {
        LbMetadata? entry = host.Config.LbMetadata.FirstOrDefault(m => m.Key == key);
        return entry is null ? [] : _config.ListAsAny && entry.Elements.Count > 0 ? entry.Elements : [entry.Value];
    }
}
