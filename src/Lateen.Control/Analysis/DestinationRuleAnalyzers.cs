namespace Lateen.Control.Analysis;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Whether a destination rule is about a host that exists, and its subsets about pods that exist.</summary>
internal static class DestinationRuleAnalyzers
{
    public static IEnumerable<AnalysisMessage> Hosts(AnalysisSet set)
    {
        foreach (AnalysisObject rule in set.Istio("DestinationRule"))
        {
            if (rule.TrySpec(out DestinationRuleSpec? spec) && spec.Host.Length > 0 && !IsKnown(spec.Host, rule.Namespace, set))
            {
                yield return new(MessageTypes.UnknownRuleHost, rule, "spec.host",
                    $"Host {spec.Host} is no service of the mesh, so the rule has no effect");
            }
        }
    }

    public static IEnumerable<AnalysisMessage> Subsets(AnalysisSet set)
    {
        foreach (AnalysisObject rule in set.Istio("DestinationRule"))
        {
            if (!rule.TrySpec(out DestinationRuleSpec? spec)
                || set.FindHost(spec.Host, rule.Namespace) is not { Selector.Count: > 0 } host)
            {
                continue;
            }

            List<IReadOnlyDictionary<string, string>> pods =
                [.. set.Selected(host.Selector, host.Object.Namespace).Select(AnalysisSet.PodLabels)];
            for (int i = 0; i < spec.Subsets.Count; i++)
            {
                Subset subset = spec.Subsets[i];
                if (subset.Labels.Count > 0 && !pods.Any(p => subset.Labels.All(l => p.GetValueOrDefault(l.Key) == l.Value)))
                {
                    yield return new(MessageTypes.SubsetSelectsNoPods, rule, FieldPath.Item("spec.subsets", i),
                        $"Subset {subset.Name} of {spec.Host} selects no pods "
                        + $"({string.Join(", ", subset.Labels.Select(static l => $"{l.Key}={l.Value}"))})");
                }
            }
        }
    }

    private static bool IsKnown(string host, string ns, AnalysisSet set)
    {
        var name = new HostName(host);
        return name.IsWildcard
            ? set.HostNames.Any(h => name.Matches(new HostName(h)))
            : set.FindHost(host, ns) is not null;
    }
}
