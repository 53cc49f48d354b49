namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Control.Registry;

/// <summary>Workloads by namespace and name of pod or WorkloadEntry, and where they run.</summary>
public sealed class WorkloadIndex(
    IReadOnlyDictionary<(string Namespace, string Pod), Workload> pods, IReadOnlyDictionary<string, Locality> nodes)
{
    public static readonly WorkloadIndex Empty =
        new(new Dictionary<(string, string), Workload>(), new Dictionary<string, Locality>());

    /// <summary>What the proxy says itself, else what its pod's label or node says.</summary>
    public Locality LocalityOf(ProxyNode node) =>
        !node.Locality.IsEmpty ? node.Locality
        : pods.TryGetValue((node.Namespace, node.Pod), out Workload? workload) ? LocalityOf(workload)
        : Locality.None;

    public Locality LocalityOf(Workload workload) =>
        workload.OwnLocality.IsEmpty ? nodes.GetValueOrDefault(workload.Node, Locality.None) : workload.OwnLocality;

    public string NodeOf(ProxyNode node) =>
        pods.TryGetValue((node.Namespace, node.Pod), out Workload? workload) ? workload.Node : "";
}
