namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;

/// <summary>
/// Destination rules by namespace and host. Several for one host in one namespace, with the same selector and exportTo, are one
/// rule (Istio merges them).
/// </summary>
public sealed class DestinationRuleIndex
{
    public static readonly DestinationRuleIndex Empty = new([], HostName.ClusterDomain);

    private readonly Dictionary<string, NamespaceRules> byNamespace = new(StringComparer.Ordinal);

    public DestinationRuleIndex(IEnumerable<ConfigObject<DestinationRuleSpec>> objects, string domain)
    {
        List<ConfigObject<DestinationRuleSpec>> sorted = [.. objects];
        sorted.Sort(ConfigObject<DestinationRuleSpec>.Compare);
        All = sorted;
        foreach (ConfigObject<DestinationRuleSpec> each in sorted)
        {
            if (!byNamespace.TryGetValue(each.Key.Namespace, out NamespaceRules? rules))
            {
                byNamespace[each.Key.Namespace] = rules = new NamespaceRules();
            }

            Add(rules.Of(HostName.Expand(each.Spec.Host, each.Key.Namespace, domain)), each);
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ConfigObject<DestinationRuleSpec>> All { get; }

    /// <summary>
    /// Whether a namespace may see other policies than the rest: it has rules, or some rule is not for everybody.
    /// </summary>
    public bool HasRulesFor(string ns) => byNamespace.ContainsKey(ns) || All.Any(each => each.Spec.ExportTo.Count > 0);

    /// <summary>Rules of a namespace that are only for workloads with certain labels, and select these.</summary>
    public ValueList<ResourceKey> SelectedBy(string ns, ValueMap<string, string> labels) => byNamespace.ContainsKey(ns)
        ? All.Where(each => each.Key.Namespace == ns
                && SelectorOf(each) is { } selector && LabelSelector.Matches(selector, labels))
            .Select(each => each.Key).ToValueList()
        : [];

    /// <summary>Istio's lookup order: namespace of the client, of the service, root namespace.</summary>
    public DestinationPolicy? Find(
        string clientNamespace, ValueList<ResourceKey> selected, string host, string serviceNamespace, MeshSettings mesh)
    {
        ValueList<string> fallback = mesh.DefaultDestinationRuleExportTo;
        bool inRoot = clientNamespace == mesh.RootNamespace;

        // Rules of the root namespace are meant for the whole mesh; for a gateway that runs there they must not hide the rules of
        // the services' namespaces, unless they are for the root namespace only (Istio).
        DestinationPolicy? own = FindIn(clientNamespace, host, entry => entry.Selector is null
            ? !inRoot || Visibility.IsPrivate(entry.ExportTo, fallback, clientNamespace)
            : selected.Contains(entry.Policy.Key));
        return own ?? Exported(serviceNamespace) ?? Exported(mesh.RootNamespace);

        DestinationPolicy? Exported(string ns) => FindIn(
            ns, host, entry => entry.Selector is null && Visibility.Allows(entry.ExportTo, fallback, ns, clientNamespace));
    }

    /// <summary>Every rule for a host, whichever clients it serves.</summary>
    public IEnumerable<DestinationPolicy> ForHost(string host) =>
        byNamespace.Keys.Select(ns => FindIn(ns, host, static _ => true)).OfType<DestinationPolicy>();

    private static void Add(List<Entry> entries, ConfigObject<DestinationRuleSpec> each)
    {
        ValueMap<string, string>? selector = SelectorOf(each);
        int same = entries.FindIndex(entry => Equals(entry.Selector, selector) && entry.ExportTo.Equals(each.Spec.ExportTo));
        if (same >= 0)
        {
            entries[same] = entries[same] with { Policy = entries[same].Policy.Merge(each.Spec) };
            return;
        }

        DestinationPolicy policy = new(each.Key, each.Spec.TrafficPolicy, each.Spec.Subsets);
        entries.Add(new Entry(selector, each.Spec.ExportTo, policy));
    }

    private static ValueMap<string, string>? SelectorOf(ConfigObject<DestinationRuleSpec> each) =>
        each.Spec.WorkloadSelector is { MatchLabels.Count: > 0 } selector ? selector.MatchLabels : null;

    private DestinationPolicy? FindIn(string ns, string host, Func<Entry, bool> isFor)
    {
        if (!byNamespace.TryGetValue(ns, out NamespaceRules? rules))
        {
            return null;
        }

        HostName name = new(host);
        if (rules.ByHost.TryGetValue(name, out List<Entry>? exact) && Choose(exact, isFor) is { } found)
        {
            return found;
        }

        IEnumerable<HostName> wildcards = rules.Wildcards.Where(each => Choose(rules.ByHost[each], isFor) is not null);
        return HostName.MostSpecificMatch(name, wildcards) is { } closest ? Choose(rules.ByHost[closest], isFor) : null;
    }

    // A rule for these workloads comes before one for all.
    private static DestinationPolicy? Choose(List<Entry> entries, Func<Entry, bool> isFor) =>
        (entries.Find(entry => entry.Selector is not null && isFor(entry)) ?? entries.Find(entry => isFor(entry)))?.Policy;

    private sealed class NamespaceRules
    {
        public Dictionary<HostName, List<Entry>> ByHost { get; } = [];

        public List<HostName> Wildcards { get; } = [];

        public List<Entry> Of(HostName host)
        {
            if (!ByHost.TryGetValue(host, out List<Entry>? entries))
            {
                ByHost[host] = entries = [];
                if (host.IsWildcard)
                {
                    Wildcards.Add(host);
                }
            }

            return entries;
        }
    }

    private sealed record Entry(ValueMap<string, string>? Selector, ValueList<string> ExportTo, DestinationPolicy Policy);
}
