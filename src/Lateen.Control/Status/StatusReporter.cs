namespace Lateen.Control.Status;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Ads;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation;

/// <summary>Says of every object whether it is accepted, what it names in vain, and how many proxies follow it.</summary>
public sealed class StatusReporter(
    Func<MeshSnapshot> current, Func<IReadOnlyList<ProxyStatus>> proxies, Func<IReadOnlyList<RejectedObject>>? rejected = null)
{
    /// <summary>Status of all objects of the current snapshot.</summary>
    public IReadOnlyList<ObjectStatus> All()
    {
        MeshSnapshot snapshot = current();
        IReadOnlyList<ProxyStatus> connected = proxies();
        Dictionary<ResourceKey, RejectedObject> refused = (rejected?.Invoke() ?? []).ToDictionary(each => each.Key);
        return
        [
            .. refused.Values.Select(each => Of(each)),
            .. Serving(snapshot, connected).Where(status => !refused.ContainsKey(status.Key)),
        ];
    }

    /// <summary>Status of one object, or null when the current snapshot does not have it.</summary>
    public ObjectStatus? StatusFor(ResourceKey key) => All().FirstOrDefault(status => status.Key == key);

    /// <summary>
    /// What kubectl should warn about when this object is applied; the object need not be part of the snapshot yet, and one that
    /// is neither a virtual service nor a destination rule has nothing to warn about.
    /// </summary>
    public static IReadOnlyList<string> Warnings(ResourceKey key, object resource, MeshSnapshot snapshot) => resource switch
    {
        VirtualService rule => References.Problems(key, rule.Spec, snapshot),
        DestinationRule rule => References.Problems(key, rule.Spec, snapshot),
        _ => [],
    };

    // What was converted from another API has its status there.
    private static bool IsWritten<TSpec>(ConfigObject<TSpec> each)
        where TSpec : class => each.Origin is ConfigOrigin.Istio;

    private static IReadOnlyList<ObjectStatus> Serving(MeshSnapshot snapshot, IReadOnlyList<ProxyStatus> connected) =>
    [
        .. snapshot.VirtualServices.All.Where(IsWritten).Select(each => Of(each, snapshot, connected)),
        .. snapshot.DestinationRules.All.Select(each => Of(each, snapshot, connected)),
        .. snapshot.Gateways.All.Where(IsWritten).Select(each => Of(each, snapshot, connected)),
        .. snapshot.Sidecars.All.Select(each => Of(each, snapshot, connected)),
        .. snapshot.ServiceEntries.All.Select(each => Of(each, snapshot, connected)),
        .. snapshot.WorkloadEntries.Select(each => Of(each, snapshot, connected)),
    ];

    private static ObjectStatus Of(RejectedObject each) => new(each.Key, each.Generation,
    [
        new ConditionStatus("Accepted", false, "Invalid", each.Reason + "; what was valid of this object before stays in effect"),
        new ConditionStatus("Programmed", false, "Invalid", "an invalid object is sent to no proxy"),
    ]);

    private static ObjectStatus Of(
        ConfigObject<VirtualServiceSpec> each, MeshSnapshot snapshot, IReadOnlyList<ProxyStatus> connected)
    {
        List<ConditionStatus> conditions = [Accepted(), Resolved(References.Problems(each.Key, each.Spec, snapshot))];
        if (ScopeTable.Of(snapshot).RulesSeenFrom(each.Key.Namespace).ShadowOf(each) is { } shadow)
        {
            string hosts = string.Join(", ", shadow.Hosts);
            conditions.Add(new ConditionStatus(
                "Shadowed", true, "OlderVirtualService", $"at sidecars {hosts} is routed by the older {shadow.Owner.Key}"));
        }

        conditions.Add(Programmed(
            each.Since, connected.Where(proxy => Concerns(each, proxy.Node, snapshot)), From(each.Key, "virtual-service")));
        return new ObjectStatus(each.Key, each.Generation, conditions.ToValueList());
    }

    private static ObjectStatus Of(
        ConfigObject<DestinationRuleSpec> each, MeshSnapshot snapshot, IReadOnlyList<ProxyStatus> connected) =>
        new(each.Key, each.Generation,
        [
            Accepted(),
            Resolved(References.Problems(each.Key, each.Spec, snapshot)),
            Programmed(each.Since, connected, From(each.Key, "destination-rule")),
        ]);

    private static ObjectStatus Of(
        ConfigObject<ServiceEntrySpec> each, MeshSnapshot snapshot, IReadOnlyList<ProxyStatus> connected)
    {
        List<ConditionStatus> conditions = [Accepted()];
        List<string> lost = [.. each.Spec.Hosts.Where(host =>
            snapshot.Services.Find(host.ToLowerInvariant()) is { } other
            && (other.Namespace != each.Key.Namespace || other.Source is ServiceSource.Kubernetes))];
        if (lost.Count > 0)
        {
            string hosts = string.Join(", ", lost);
            conditions.Add(new ConditionStatus(
                "Shadowed", true, "OtherService", $"outside of namespace {each.Key.Namespace} {hosts} means another service"));
        }

        conditions.Add(Programmed(each.Since, connected, Unattributed));
        return new ObjectStatus(each.Key, each.Generation, conditions.ToValueList())
        {
            Addresses = snapshot.ServiceEntries.AddressesOf(each.Key),
        };
    }

    private static ObjectStatus Of(
        ConfigObject<WorkloadEntrySpec> each, MeshSnapshot snapshot, IReadOnlyList<ProxyStatus> connected)
    {
        bool selected = snapshot.Services.InNamespace(each.Key.Namespace)
            .Any(service => snapshot.Endpoints.HasAddress(service, each.Spec.Address));
        ConditionStatus references = selected
            ? Resolved([])
            : new ConditionStatus("ReferencesResolved", false, "NotSelected", "no Service or ServiceEntry selects these labels");
        return new ObjectStatus(each.Key, each.Generation, [Accepted(), references, Programmed(each.Since, connected, Unattributed)]);
    }

    private static ObjectStatus Of(
        ConfigObject<GatewaySpec> each, MeshSnapshot snapshot, IReadOnlyList<ProxyStatus> connected)
    {
        List<ProxyStatus> selected = [.. connected.Where(proxy =>
            proxy.Node.Type is ProxyType.Router && LabelSelector.Matches(each.Spec.Selector, proxy.Node.Labels))];
        ConditionStatus references = selected.Count > 0
            ? Resolved([])
            : new ConditionStatus("ReferencesResolved", false, "NoProxy", "no connected gateway proxy has the selector's labels");
        List<ConditionStatus> conditions = [Accepted(), references];
        if (GatewayPorts.Lost(each, selected.Select(proxy => proxy.Node), snapshot) is { Length: > 0 } lost)
        {
            conditions.Add(new ConditionStatus("Shadowed", true, "PortTaken", lost));
        }

        conditions.Add(Programmed(each.Since, selected, Listeners));
        return new ObjectStatus(each.Key, each.Generation, conditions.ToValueList());
    }

    private static ObjectStatus Of(
        ConfigObject<SidecarSpec> each, MeshSnapshot snapshot, IReadOnlyList<ProxyStatus> connected)
    {
        string root = snapshot.Mesh.RootNamespace;
        List<ConditionStatus> conditions = [Accepted()];
        if (snapshot.Sidecars.ShadowOf(each) is { } winner)
        {
            conditions.Add(new ConditionStatus(
                "Shadowed", true, "OlderSidecar", $"has no effect: the older {winner.Key} is for the same workloads"));
        }

        // A Sidecar that selects the workload itself comes before this one, so only those that follow it count.
        conditions.Add(Programmed(each.Since, connected.Where(proxy => proxy.Node.Type is ProxyType.Sidecar
            && SidecarIndex.Concerns(each, proxy.Node.Namespace, proxy.Node.Labels, root)
            && snapshot.Sidecars.Find(proxy.Node.Namespace, proxy.Node.Labels, root)?.Key == each.Key), Unattributed));
        return new ObjectStatus(each.Key, each.Generation, conditions.ToValueList());
    }

    private static bool Concerns(ConfigObject<VirtualServiceSpec> each, ProxyNode node, MeshSnapshot snapshot)
    {
        IEnumerable<string> bound = VirtualServiceIndex.GatewaysOf(each);
        return node.Type is ProxyType.Sidecar
            ? bound.Contains(VirtualServiceIndex.MeshGateway)
            : snapshot.Gateways.Of(node).Any(gateway => bound.Contains(GatewayIndex.NameOf(gateway)));
    }

    private static ConditionStatus Accepted() => new("Accepted", true, "Valid", "the object is valid");

    private static ConditionStatus Resolved(IReadOnlyList<string> problems) => problems.Count == 0
        ? new ConditionStatus("ReferencesResolved", true, "AllFound", "everything the object names exists")
        : new ConditionStatus("ReferencesResolved", false, "NotFound", string.Join("; ", problems));

    // A refusal says something of an object only when a refused resource came from it.
    private static Predicate<TypeStatus> From(ResourceKey key, string kind)
    {
        string path = IstioMetadata.ConfigPath(key, kind);
        return type => type.Origins.Contains(path);
    }

    // The listeners of a gateway proxy come from the Gateways that select it.
    private static bool Listeners(TypeStatus type) => type.Type is XdsType.Listener;

    // Registry and scope decide what a proxy is sent at all, and leave no path in it.
    private static bool Unattributed(TypeStatus type) => type.Origins.Count == 0;

    private static ConditionStatus Programmed(long since, IEnumerable<ProxyStatus> concerned, Predicate<TypeStatus> about)
    {
        int all = 0;
        int following = 0;
        string refusal = "";
        foreach (ProxyStatus proxy in concerned)
        {
            all++;
            string? error = proxy.Types.FirstOrDefault(type => type.Error is not null && about(type))?.Error;
            following += proxy.AppliedVersion >= since && error is null ? 1 : 0;
            if (error is not null && refusal.Length == 0)
            {
                refusal = $"; {proxy.Node.Id} refused: {error}";
            }
        }

        if (all == 0)
        {
            return new ConditionStatus("Programmed", false, "NoProxy", "no connected proxy is concerned");
        }

        string reason = refusal.Length > 0 ? "Rejected" : following == all ? "InEffect" : "Pending";
        return new ConditionStatus(
            "Programmed", reason == "InEffect", reason, $"in effect on {following} of {all} proxies{refusal}");
    }
}
