namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Control.Registry;

/// <summary>
/// Services by host and in host order. Where several claim a host, one of the given namespace is meant, else the one of Kubernetes,
/// else the oldest.
/// </summary>
public sealed class ServiceIndex
{
    public static readonly ServiceIndex Empty = new([]);

    private readonly Dictionary<string, MeshService> byHost;
    private readonly ILookup<string, MeshService> byNamespace;
    private readonly ILookup<int, MeshService> byHttpPort;

    public ServiceIndex(IEnumerable<MeshService> services, string ownNamespace = "")
    {
        Candidates = [.. services.GroupBy(each => (each.Host, each.Namespace)).Select(Merge)];
        Dictionary<string, MeshService> chosen = Candidates
            .GroupBy(each => each.Host, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => Choose(group, ownNamespace), StringComparer.Ordinal);
        byHost = ServiceAliases.Resolve(chosen);
        foreach ((ServiceAlias alias, MeshService service) in byHost.Values
            .SelectMany(each => each.Aliases, (each, alias) => (alias, each)).ToList())
        {
            byHost.TryAdd(alias.Host, service);
        }

        All = byHost.Where(pair => pair.Key == pair.Value.Host)
            .Select(pair => pair.Value)
            .OrderBy(service => service.Host, StringComparer.Ordinal)
            .ToValueList();
        HasHostsOfRequests = All.Any(each => each.Resolution is Resolution.DynamicDns);
        byNamespace = Candidates.ToLookup(service => service.Namespace, StringComparer.Ordinal);
        byHttpPort = All
            .SelectMany(
                service => service.Ports.Where(port => TakesHttp(service, port)), (service, port) => (service, port.Number))
            .ToLookup(pair => pair.Number, pair => pair.service);
    }

    /// <summary>One service for each host; names that only stand for another service are not among them.</summary>
    public ValueList<MeshService> All { get; }

    /// <summary>Every service, also those whose host another one has.</summary>
    public IReadOnlyList<MeshService> Candidates { get; }

    /// <summary>Whether some service is resolved by the name in each request.</summary>
    public bool HasHostsOfRequests { get; }

    /// <summary>The service of a host; of an alias, the service it stands for.</summary>
    public MeshService? Find(string host) => byHost.GetValueOrDefault(host);

    public IEnumerable<MeshService> InNamespace(string ns) => byNamespace[ns];

    public IEnumerable<MeshService> WithHttpPort(int port) => byHttpPort[port];

    // HTTP that is only detected has routes of its own where the address tells the service; without one the Host header must.
    private static bool TakesHttp(MeshService service, ServicePort port) => port.Protocol.IsHttp()
        || (port.Protocol is ServiceProtocol.Auto && service.Addresses.Count == 0 && !service.IsHeadless);

    // Service entries of one namespace for one host are one service with the ports of all (Istio).
    private static MeshService Merge(IEnumerable<MeshService> group)
    {
        List<MeshService> sorted = [.. group.Order(Comparer<MeshService>.Create(static (a, b) => Compare(a, b)))];
        MeshService first = sorted[0];
        if (sorted.Count == 1)
        {
            return first;
        }

        List<ServicePort> ports = [.. first.Ports];
        foreach (ServicePort port in sorted.Skip(1).Where(each => each.Source == first.Source).SelectMany(each => each.Ports))
        {
            if (ports.TrueForAll(known => known.Number != port.Number))
            {
                ports.Add(port);
            }
        }

        return first with { Ports = ports.ToValueList() };
    }

    private static MeshService Choose(IEnumerable<MeshService> candidates, string ownNamespace)
    {
        MeshService? best = null;
        foreach (MeshService each in candidates)
        {
            bool own = each.Namespace == ownNamespace;
            bool bestIsOwn = best?.Namespace == ownNamespace;
            if (best is null || (own && !bestIsOwn) || (own == bestIsOwn && Compare(each, best) < 0))
            {
                best = each;
            }
        }

        return best ?? throw new ArgumentException("a group is never empty", nameof(candidates));
    }

    private static int Compare(MeshService left, MeshService right)
    {
        int bySource = left.Source.CompareTo(right.Source);
        int byAge = bySource != 0 ? bySource : left.CreatedAt.CompareTo(right.CreatedAt);
        return byAge != 0 ? byAge : string.CompareOrdinal(left.Namespace, right.Namespace);
    }
}
