namespace Lateen.Control.Snapshot;

using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;

/// <summary>The scopes of one snapshot, made when a proxy first asks.</summary>
internal sealed class ScopeTable(MeshSnapshot snapshot)
{
    // Beside the snapshot rather than in it: a copy with one index replaced must not inherit scopes of the original.
    private static readonly ConditionalWeakTable<MeshSnapshot, ScopeTable> Tables = [];

    private readonly ConcurrentDictionary<ScopeKey, ProxyScope> scopes = [];
    private readonly ConcurrentDictionary<string, ServiceIndex> services = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, VirtualServiceIndex> rules = new(StringComparer.Ordinal);
    private readonly Lazy<VirtualServiceIndex> acting = new(
        () => snapshot.VirtualServices.WithDelegates(snapshot.Mesh.DefaultVirtualServiceExportTo));

    public static ScopeTable Of(MeshSnapshot snapshot) => Tables.GetValue(snapshot, static each => new ScopeTable(each));

    public ProxyScope Find(ProxyNode node)
    {
        // A Sidecar says nothing of gateways.
        ConfigObject<SidecarSpec>? sidecar = node.Type is ProxyType.Sidecar
            ? snapshot.Sidecars.Find(node.Namespace, node.Labels, snapshot.Mesh.RootNamespace)
            : null;
        ScopeKey key = new(node.Namespace, sidecar?.Key, snapshot.DestinationRules.SelectedBy(node.Namespace, node.Labels));
        return scopes.GetOrAdd(key, each => new ProxyScope(snapshot, each, sidecar, this));
    }

    /// <summary>Services exported to a namespace. Of several with one host the namespace's own counts, else the first.</summary>
    public ServiceIndex ServicesSeenFrom(string ns) => services.GetOrAdd(ns, each => Filter(each));

    /// <summary>Virtual services exported to a namespace, in order of precedence.</summary>
    public VirtualServiceIndex RulesSeenFrom(string ns) => rules.GetOrAdd(
        ns, each => acting.Value.VisibleTo(each, snapshot.Mesh.DefaultVirtualServiceExportTo));

    private ServiceIndex Filter(string ns)
    {
        ServiceIndex all = snapshot.Services;
        ServiceIndex seen = new(
            all.Candidates.Where(each => Visibility.Allows(
                each.ExportTo, snapshot.Mesh.DefaultServiceExportTo, each.Namespace, ns)),
            ns);
        return seen.All.Equals(all.All) ? all : seen;
    }
}
