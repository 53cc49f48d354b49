namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>
/// Virtual services by where they apply. At sidecars the oldest object that names a host owns it; at gateways all objects for a
/// host are merged, oldest first.
/// </summary>
public sealed class VirtualServiceIndex
{
    /// <summary>The reserved gateway name that stands for all sidecars.</summary>
    public const string MeshGateway = "mesh";

    public static readonly VirtualServiceIndex Empty = new([], HostName.ClusterDomain);

    private readonly Dictionary<HostName, ConfigObject<VirtualServiceSpec>> ownersInMesh = [];
    private readonly ILookup<string, ConfigObject<VirtualServiceSpec>> byGateway;
    private readonly string domain;

    public VirtualServiceIndex(IEnumerable<ConfigObject<VirtualServiceSpec>> objects, string domain)
        : this(domain, ByAge(objects))
    {
    }

    private VirtualServiceIndex(string domain, IReadOnlyList<ConfigObject<VirtualServiceSpec>> ordered)
    {
        this.domain = domain;
        All = ordered;
        byGateway = ordered
            .SelectMany(each => GatewaysOf(each), (each, gateway) => (each, gateway))
            .ToLookup(pair => pair.gateway, pair => pair.each, StringComparer.Ordinal);
        foreach (ConfigObject<VirtualServiceSpec> each in byGateway[MeshGateway])
        {
            foreach (HostName host in HostsOf(each))
            {
                ownersInMesh.TryAdd(host, each);
            }
        }
    }

    /// <summary>In order of precedence: the older first.</summary>
    public IReadOnlyList<ConfigObject<VirtualServiceSpec>> All { get; }

    /// <summary>Hosts that some virtual service names for sidecars.</summary>
    public IEnumerable<HostName> HostsInMesh => ownersInMesh.Keys;

    /// <summary>
    /// The object that routes calls from sidecars to a host: the one naming it most closely, of these the oldest.
    /// </summary>
    public ConfigObject<VirtualServiceSpec>? OwnerInMesh(HostName host)
    {
        if (ownersInMesh.TryGetValue(host, out ConfigObject<VirtualServiceSpec>? exact))
        {
            return exact;
        }

        HostName? closest = HostName.MostSpecificMatch(host, ownersInMesh.Keys);
        return closest is { } found ? ownersInMesh[found] : null;
    }

    /// <summary>
    /// What a namespace sees. Objects for it alone come before those for it among others, and these before what everybody sees
    /// (Istio's order); within each the older first.
    /// </summary>
    public VirtualServiceIndex VisibleTo(string ns, ValueList<string> fallback)
    {
        if (All.All(each => Visibility.IsPublic(each.Spec.ExportTo, fallback)))
        {
            return this;
        }

        IEnumerable<ConfigObject<VirtualServiceSpec>> visible = All
            .Where(each => Visibility.Allows(each.Spec.ExportTo, fallback, each.Key.Namespace, ns))
            .OrderBy(each => Visibility.IsPublic(each.Spec.ExportTo, fallback) ? 2 : each.Key.Namespace == ns ? 0 : 1);
        return new VirtualServiceIndex(domain, [.. visible]);
    }

    /// <summary>The objects as they act: rules that delegate are replaced by the delegates'.</summary>
    public VirtualServiceIndex WithDelegates(ValueList<string> fallback)
    {
        bool delegates = All.Any(each => each.Spec.Hosts.Count == 0 || each.Spec.Http.Any(rule => rule.Delegate is not null));
        return delegates ? Resolved(fallback) : this;
    }

    /// <summary>What keeps the delegates of an object from taking effect.</summary>
    public IReadOnlyList<string> DelegationProblems(ConfigObject<VirtualServiceSpec> each, ValueList<string> fallback)
    {
        List<string> problems = [];
        new Delegation(All, fallback, domain).Resolve(each, problems);
        // One that is only about to be applied may have its root applied after it.
        bool isUnused = each.Spec.Hosts.Count == 0 && All.Any(other => other.Key == each.Key)
            && !All.Any(other => other.Spec.Http.Any(rule => Names(rule.Delegate, other, each)));
        return isUnused ? [.. problems, "no VirtualService delegates to this one, and it has no hosts of its own"] : problems;
    }

    /// <summary>Some of the objects, in the same order.</summary>
    public VirtualServiceIndex Where(Func<ConfigObject<VirtualServiceSpec>, bool> wanted) => new(domain, [.. All.Where(wanted)]);

    /// <summary>Objects bound to a gateway ("namespace/name"), oldest first.</summary>
    public IEnumerable<ConfigObject<VirtualServiceSpec>> AtGateway(string gateway) => byGateway[gateway];

    /// <summary>Hosts of an object with short names expanded.</summary>
    public IEnumerable<HostName> HostsOf(ConfigObject<VirtualServiceSpec> each) =>
        each.Spec.Hosts.Select(host => HostName.Expand(host, each.Key.Namespace, domain));

    /// <summary>The object that a virtual service loses its mesh hosts to, and these hosts; null when it owns them all.</summary>
    public (ConfigObject<VirtualServiceSpec> Owner, IReadOnlyList<string> Hosts)? ShadowOf(ConfigObject<VirtualServiceSpec> each)
    {
        if (!GatewaysOf(each).Contains(MeshGateway))
        {
            return null;
        }

        List<HostName> lost = [.. HostsOf(each).Where(host =>
            ownersInMesh.TryGetValue(host, out var owner) && owner.Key != each.Key)];
        return lost.Count == 0 ? null : (ownersInMesh[lost[0]], [.. lost.Select(host => host.Value)]);
    }

    /// <summary>Full names of the gateways an object is bound to; none given means the mesh.</summary>
    public static IEnumerable<string> GatewaysOf(ConfigObject<VirtualServiceSpec> each) =>
        each.Spec.Gateways.Count == 0
            ? [MeshGateway]
            : each.Spec.Gateways.Select(name => FullGatewayName(name, each.Key.Namespace)).Distinct(StringComparer.Ordinal);

    public static string FullGatewayName(string name, string ns) =>
        name == MeshGateway || name.Contains('/', StringComparison.Ordinal) ? name : ns + "/" + name;

    private static bool Names(Delegate? target, ConfigObject<VirtualServiceSpec> root, ConfigObject<VirtualServiceSpec> each) =>
        target is not null
        && target.Name == each.Key.Name
        && (target.Namespace.Length > 0 ? target.Namespace : root.Key.Namespace) == each.Key.Namespace;

    private VirtualServiceIndex Resolved(ValueList<string> fallback)
    {
        Delegation delegation = new(All, fallback, domain);
        return new VirtualServiceIndex(
            domain, [.. All.Where(each => each.Spec.Hosts.Count > 0).Select(each => delegation.Resolve(each))]);
    }

    private static IReadOnlyList<ConfigObject<VirtualServiceSpec>> ByAge(IEnumerable<ConfigObject<VirtualServiceSpec>> objects)
    {
        List<ConfigObject<VirtualServiceSpec>> sorted = [.. objects];
        sorted.Sort(ConfigObject<VirtualServiceSpec>.Compare);
        return sorted;
    }
}
