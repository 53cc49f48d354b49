namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.Config;

/// <summary>The hosts of one priority by locality, each with the weight that its health leaves it.</summary>
internal sealed class LocalityGroups
{
    private readonly HostGroup[] _groups;
    private readonly double[] _weights;

    private LocalityGroups(int index, HostGroup[] groups, double[] weights)
    {
        Index = index;
        _groups = groups;
        _weights = weights;
    }

    /// <summary>Unique among the host set's groups.</summary>
    public int Index { get; }

    public ReadOnlySpan<HostGroup> Groups => _groups;

    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Null when no locality has both a weight and a host: then locality does not matter (Envoy, locality_weight).</summary>
    public static LocalityGroups? Build(
        List<Host> members, Predicate<Host> eligible, int overprovisioning, Func<Host[], HostGroup> newGroup, int index)
    {
        var groups = new List<HostGroup>();
        var weights = new List<double>();
        foreach (IGrouping<HostLocality, Host> locality in members.GroupBy(static h => h.Config.Locality))
        {
            Host[] hosts = [.. locality.Where(h => eligible(h))];
            double available = Math.Min(1.0, overprovisioning / 100.0 * hosts.Length / locality.Count());
            double weight = locality.First().Config.LocalityWeight * available;
            if (weight > 0)
            {
                groups.Add(newGroup(hosts));
                weights.Add(weight);
            }
        }

        return groups.Count == 0 ? null : new LocalityGroups(index, [.. groups], [.. weights]);
    }
}
