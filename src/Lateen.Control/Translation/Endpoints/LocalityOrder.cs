namespace Lateen.Control.Translation.Endpoints;

using Lateen.Api.Names;
using Lateen.Control.Registry;

/// <summary>Priorities and weights of localities as Istio gives them (loadbalancer.go).</summary>
internal static class LocalityOrder
{
    // Locality alone makes five ranks: same sub-zone, zone, region, failover region, all others.
    private const int LocalityRanks = 5;

    public static IReadOnlyList<LocalityGroup> Apply(IReadOnlyList<LocalityGroup> groups, LocalityPreference? preference)
    {
        if (preference is null)
        {
            return groups;
        }

        if (preference.Distribute.Count > 0)
        {
            return Distribute(groups, preference.Distribute);
        }

        List<LocalityGroup> ranked = preference.Labels.Count > 0
            ? [.. groups.SelectMany(each => SplitByLabels(each, preference.Labels))]
            : [.. groups];
        if (preference.FailsOver)
        {
            ranked = [.. ranked.Select(each => each with
            {
                Priority = (each.Priority * LocalityRanks) + Rank(each.Locality, preference),
            })];
        }

        return WithoutGaps(ranked);
    }

    // A locality that no share names gets nothing; a wildcard's share is divided by the weights of what it matches.
    private static List<LocalityGroup> Distribute(IReadOnlyList<LocalityGroup> groups, ValueMap<string, int> shares)
    {
        List<LocalityGroup> weighted = [];
        List<LocalityGroup> rest = [.. groups];
        foreach ((string locality, int share) in shares.OrderByDescending(pair => pair.Key.Trim('*', '/').Length))
        {
            List<LocalityGroup> matching = [.. rest.Where(each => LocalityRules.Matches(each.Locality, locality))];
            rest.RemoveAll(matching.Contains);
            long total = matching.Sum(each => (long)each.Weight);
            weighted.AddRange(matching
                .Where(_ => share > 0)
                .Select(each => each with { Weight = (uint)Math.Ceiling((double)each.Weight * share / total) }));
        }

        return weighted;
    }

    // The more labels, from the first on, an endpoint shares with the client, the earlier it comes.
    private static IEnumerable<LocalityGroup> SplitByLabels(LocalityGroup group, ValueList<LabelPreference> labels) => group.Endpoints
        .GroupBy(endpoint => Distance(endpoint, labels))
        .OrderBy(each => each.Key)
        .Select(each => new LocalityGroup(group.Locality, each.ToValueList()) { Priority = each.Key });

    private static int Distance(ServiceEndpoint endpoint, ValueList<LabelPreference> labels)
    {
        for (int i = 0; i < labels.Count; i++)
        {
            if (endpoint.Label(labels[i].Label) != labels[i].Value)
            {
                return labels.Count - i;
            }
        }

        return 0;
    }

    private static int Rank(Locality locality, LocalityPreference preference)
    {
        Locality client = preference.Client;
        if (client.Region == locality.Region)
        {
            return client.Zone != locality.Zone ? 2 : client.SubZone != locality.SubZone ? 1 : 0;
        }

        string? next = preference.Failover.FirstOrDefault(each => each.From == client.Region)?.To;
        return next is null || next == locality.Region ? 3 : 4;
    }

    // Envoy refuses priorities with gaps.
    private static List<LocalityGroup> WithoutGaps(List<LocalityGroup> groups)
    {
        List<int> used = [.. groups.Select(each => each.Priority).Distinct().Order()];
        return [.. groups.Select(each => each with { Priority = used.IndexOf(each.Priority) }).OrderBy(each => each.Priority)];
    }
}
