namespace Lateen.Proxy.Xds.Reading;

using Lateen.Proxy.Config;

/// <summary>
/// Refuses filter chains that could not be told apart: two that are equally specific for one and the same connection (Envoy: "multiple
/// filter chains with overlapping matching rules are defined").
/// </summary>
internal static class FilterChainOverlap
{
    // A listener with more combinations is not checked: the check must not cost more than reading it.
    private const int MaxCombinations = 200_000;

    public static void Check(IReadOnlyList<FilterChainConfig> chains, string path, ReadContext context)
    {
        long combinations = 0;
        foreach (FilterChainConfig chain in chains)
        {
            combinations += Count(chain.Match);
        }

        if (chains.Count < 2 || combinations > MaxCombinations)
        {
            return;
        }

        var owners = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < chains.Count; i++)
        {
            foreach (string key in Keys(chains[i].Match))
            {
                if (!owners.TryAdd(key, i) && owners[key] != i)
                {
                    FilterChainConfig first = chains[owners[key]];
                    context.Error($"{path}[{i}]", $"'{chains[i].Name}' matches the same connections as [{owners[key]}] '{first.Name}'");
                    break;
                }
            }
        }
    }

    private static long Count(FilterChainMatchConfig match)
    {
        long count = 1;
        foreach (int values in (ReadOnlySpan<int>)
        [
            match.DestinationPrefixes.Count, match.ServerNames.Count, match.ApplicationProtocols.Count, match.DirectSourcePrefixes.Count,
            match.SourcePrefixes.Count, match.SourcePorts.Count,
        ])
        {
            count = Math.Min(count * Math.Max(values, 1), MaxCombinations + 1);
        }

        return count;
    }

    private static IEnumerable<string> Keys(FilterChainMatchConfig match) =>
        from destination in OrAny(match.DestinationPrefixes)
        from name in OrAny(match.ServerNames)
        from protocol in OrAny(match.ApplicationProtocols)
        from direct in OrAny(match.DirectSourcePrefixes)
        from source in OrAny(match.SourcePrefixes)
        from port in OrAny(match.SourcePorts)
        select $"{match.DestinationPort}|{destination}|{name}|{match.TransportProtocol}|{protocol}|{direct}|{match.SourceType}|{source}|{port}";

    private static IEnumerable<string> OrAny<T>(IReadOnlyList<T> values) => values.Count == 0 ? [""] : values.Select(static v => $"{v}");
}
