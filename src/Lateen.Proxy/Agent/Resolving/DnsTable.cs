namespace Lateen.Proxy.Agent.Resolving;

using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Net;

/// <summary>
/// The mesh's names ready for lookups: each by its full name, Kubernetes Services by their shorter forms too, wildcards by suffix.
/// A question that a resolver lengthened by the pod's first search domain finds the name without it.
/// </summary>
public sealed class DnsTable
{
    private readonly FrozenDictionary<string, IReadOnlyList<IPAddress>> _exact;
    private readonly FrozenDictionary<string, IReadOnlyList<IPAddress>> _wildcards;
    private readonly string _search;

    /// <param name="hosts">All names.</param>
    /// <param name="ownNamespace">Names of this namespace may be shortened to one label.</param>
    /// <param name="searchDomains">Only the first counts: a resolver asks with it first and stops at an answer.</param>
    public DnsTable(IEnumerable<DnsHost> hosts, string ownNamespace, IReadOnlyList<string> searchDomains)
    {
        var exact = new Dictionary<string, IReadOnlyList<IPAddress>>(StringComparer.Ordinal);
        var wildcards = new Dictionary<string, IReadOnlyList<IPAddress>>(StringComparer.Ordinal);
        var shortened = new List<(string Name, IReadOnlyList<IPAddress> Addresses)>();
        foreach (DnsHost host in hosts)
        {
            string name = host.Name.TrimEnd('.').ToLowerInvariant();
            if (name.StartsWith("*.", StringComparison.Ordinal))
            {
                wildcards[name[2..]] = host.Addresses;
                continue;
            }

            exact[name] = host.Addresses;
            if (host.ShortName.Length > 0 && host.Namespace.Length > 0)
            {
                string service = $"{host.ShortName}.{host.Namespace}".ToLowerInvariant();
                shortened.Add((service, host.Addresses));
                shortened.Add((service + ".svc", host.Addresses));
                if (host.Namespace == ownNamespace)
                {
                    shortened.Add((host.ShortName.ToLowerInvariant(), host.Addresses));
                }
            }
        }

        // A name that somebody wrote out wins over one that is only short for another.
        foreach ((string name, IReadOnlyList<IPAddress> addresses) in shortened)
        {
            exact.TryAdd(name, addresses);
        }

        _exact = exact.ToFrozenDictionary(StringComparer.Ordinal);
        _wildcards = wildcards.ToFrozenDictionary(StringComparer.Ordinal);
        _search = searchDomains.Count > 0 ? "." + searchDomains[0] : "";
    }

    public int Count => _exact.Count + _wildcards.Count;

    /// <param name="question">Lower case, without the last dot.</param>
    /// <param name="answer">The addresses, which may be none of the family asked for.</param>
    public bool TryFind(string question, [NotNullWhen(true)] out DnsAnswer? answer)
    {
        if (Find(question) is { } addresses)
        {
            answer = new DnsAnswer(addresses, "");
            return true;
        }

        if (_search.Length > 0 && question.Length > _search.Length && question.EndsWith(_search, StringComparison.Ordinal))
        {
            string name = question[..^_search.Length];
            if (Find(name) is { } found)
            {
                answer = new DnsAnswer(found, name);
                return true;
            }
        }

        answer = null;
        return false;
    }

    private IReadOnlyList<IPAddress>? Find(string name)
    {
        if (_exact.TryGetValue(name, out IReadOnlyList<IPAddress>? addresses))
        {
            return addresses;
        }

        // The longest wildcard wins; it stands for one or more labels.
        for (int dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0 && _wildcards.Count > 0;
            dot = name.IndexOf('.', dot + 1))
        {
            if (_wildcards.TryGetValue(name[(dot + 1)..], out addresses))
            {
                return addresses;
            }
        }

        return null;
    }
}
