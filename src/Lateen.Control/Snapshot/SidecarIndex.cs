namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;

/// <summary>
/// Sidecars, found by the workloads they are for. One that selects the workload comes before the namespace's own, and that before
/// the root namespace's; of two alike the older one counts.
/// </summary>
public sealed class SidecarIndex
{
    public static readonly SidecarIndex Empty = new([]);

    private readonly ILookup<string, ConfigObject<SidecarSpec>> byNamespace;

    public SidecarIndex(IEnumerable<ConfigObject<SidecarSpec>> objects)
    {
        List<ConfigObject<SidecarSpec>> sorted = [.. objects];
        sorted.Sort(ConfigObject<SidecarSpec>.Compare);
        All = sorted;
        byNamespace = sorted.ToLookup(each => each.Key.Namespace, StringComparer.Ordinal);
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ConfigObject<SidecarSpec>> All { get; }

    public ConfigObject<SidecarSpec>? Find(string ns, ValueMap<string, string> labels, string rootNamespace)
    {
        if (All.Count == 0)
        {
            return null;
        }

        return byNamespace[ns].FirstOrDefault(each => IsSelective(each) && Selects(each, labels))
            ?? ForWholeNamespace(ns)
            ?? ForWholeNamespace(rootNamespace);
    }

    /// <summary>The older Sidecar that leaves this one without effect, or null.</summary>
    public ConfigObject<SidecarSpec>? ShadowOf(ConfigObject<SidecarSpec> each)
    {
        ConfigObject<SidecarSpec>? winner = byNamespace[each.Key.Namespace].FirstOrDefault(other => IsSelective(other)
            ? IsSelective(each) && LabelsOf(other).Equals(LabelsOf(each))
            : !IsSelective(each));
        return winner is null || winner.Key == each.Key ? null : winner;
    }

    /// <summary>Whether a Sidecar is for a workload, were there no other.</summary>
    public static bool Concerns(
        ConfigObject<SidecarSpec> each, string ns, ValueMap<string, string> labels, string rootNamespace) =>
        each.Key.Namespace == ns ? Selects(each, labels) : each.Key.Namespace == rootNamespace && !IsSelective(each);

    private ConfigObject<SidecarSpec>? ForWholeNamespace(string ns) =>
        byNamespace[ns].FirstOrDefault(static each => !IsSelective(each));

    private static bool IsSelective(ConfigObject<SidecarSpec> each) => LabelsOf(each).Count > 0;

    private static bool Selects(ConfigObject<SidecarSpec> each, ValueMap<string, string> labels) =>
        LabelSelector.Matches(LabelsOf(each), labels);

    private static ValueMap<string, string> LabelsOf(ConfigObject<SidecarSpec> each) =>
        each.Spec.WorkloadSelector?.Labels ?? ValueMap<string, string>.Empty;
}
