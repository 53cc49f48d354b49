namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.Config;

/// <summary>The healthy hosts of one priority by locality, for zone-aware routing.</summary>
internal sealed class ZoneGroups(int index, HostLocality[] localities, HostGroup[] groups)
{
    /// <summary>Unique among the host set's groups.</summary>
    public int Index { get; } = index;

    public ReadOnlySpan<HostLocality> Localities => localities;

    public ReadOnlySpan<HostGroup> Groups => groups;

    /// <summary>Null when all hosts are in one locality, so that there is nothing to choose.</summary>
    public static ZoneGroups? Build(Host[] healthy, Func<Host[], HostGroup> newGroup, int index)
    {
        IGrouping<HostLocality, Host>[] zones = [.. healthy.GroupBy(static h => h.Config.Locality)];
        return zones.Length < 2
            ? null
            : new ZoneGroups(index, [.. zones.Select(static z => z.Key)], [.. zones.Select(z => newGroup([.. z]))]);
    }
}
