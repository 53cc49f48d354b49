namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>
/// Destination rules by namespace and host; several for one host in one namespace are one rule (Istio merges them).
/// </summary>
public sealed class DestinationRuleIndex
{
    public static readonly DestinationRuleIndex Empty = new([], HostName.ClusterDomain);

    private readonly Dictionary<string, Dictionary<HostName, DestinationPolicy>> byNamespace = new(StringComparer.Ordinal);

    public DestinationRuleIndex(IEnumerable<ConfigObject<DestinationRuleSpec>> objects, string domain)
    {
        List<ConfigObject<DestinationRuleSpec>> sorted = [.. objects];
        sorted.Sort(ConfigObject<DestinationRuleSpec>.Compare);
        All = sorted;
        foreach (ConfigObject<DestinationRuleSpec> each in sorted)
        {
            if (!byNamespace.TryGetValue(each.Key.Namespace, out Dictionary<HostName, DestinationPolicy>? hosts))
            {
                byNamespace[each.Key.Namespace] = hosts = [];
            }

            HostName host = HostName.Expand(each.Spec.Host, each.Key.Namespace, domain);
            hosts[host] = hosts.TryGetValue(host, out DestinationPolicy? earlier)
                ? earlier.Merge(each.Spec)
                : new DestinationPolicy(each.Key, each.Spec.TrafficPolicy, each.Spec.Subsets);
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ConfigObject<DestinationRuleSpec>> All { get; }

    /// <summary>Namespaces that have rules of their own; all others see the same policies.</summary>
    public bool HasRulesIn(string ns) => byNamespace.ContainsKey(ns);

    /// <summary>Istio's lookup order: namespace of the client, of the service, root namespace.</summary>
    public DestinationPolicy? Find(string clientNamespace, string host, string serviceNamespace, string rootNamespace) =>
        FindIn(clientNamespace, host) ?? FindIn(serviceNamespace, host) ?? FindIn(rootNamespace, host);

    /// <summary>Every rule for a host, whichever clients it serves.</summary>
    public IEnumerable<DestinationPolicy> ForHost(string host) =>
        byNamespace.Keys.Select(ns => FindIn(ns, host)).OfType<DestinationPolicy>();

    private DestinationPolicy? FindIn(string ns, string host)
    {
        if (!byNamespace.TryGetValue(ns, out Dictionary<HostName, DestinationPolicy>? hosts))
        {
            return null;
        }

        HostName name = new(host);
        if (hosts.TryGetValue(name, out DestinationPolicy? exact))
        {
            return exact;
        }

        return HostName.MostSpecificMatch(name, hosts.Keys) is { } closest ? hosts[closest] : null;
    }
}
