namespace Lateen.Control.Snapshot;

using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Lateen.Control.Registry;

/// <summary>The scopes of one snapshot, made when a proxy first asks.</summary>
internal sealed class ScopeTable(MeshSnapshot snapshot)
{
    // Beside the snapshot rather than in it: a copy with one index replaced must not inherit scopes of the original.
    private static readonly ConditionalWeakTable<MeshSnapshot, ScopeTable> Tables = [];

    private readonly ConcurrentDictionary<string, ProxyScope> scopes = new(StringComparer.Ordinal);

    public static ScopeTable Of(MeshSnapshot snapshot) => Tables.GetValue(snapshot, static each => new ScopeTable(each));

    public ProxyScope Find(ProxyNode node) => scopes.GetOrAdd(node.Namespace, static (ns, all) => new ProxyScope(all, ns), snapshot);
}
