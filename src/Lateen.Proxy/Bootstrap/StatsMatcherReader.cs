namespace Lateen.Proxy.Bootstrap;

using System.Text;
using Envoy.Config.Metrics.V3;
using Envoy.Type.Matcher.V3;
using Lateen.Proxy.Xds.Reading;
using ConfigMatcher = Lateen.Proxy.Config.StringMatcher;

/// <summary>Reads stats_config.stats_matcher: which statistics there are to see.</summary>
internal static class StatsMatcherReader
{
    /// <summary>Null shows all.</summary>
    public static Predicate<string>? Read(StatsMatcher? message, string path, ReadContext context)
    {
        switch (message?.StatsMatcherCase)
        {
            case StatsMatcher.StatsMatcherOneofCase.RejectAll when message.RejectAll:
                return static _ => false;
            case StatsMatcher.StatsMatcherOneofCase.InclusionList:
                ConfigMatcher[] included = ReadList(message.InclusionList, $"{path}.inclusion_list", context);
                return name => MatchesAny(included, name);
            case StatsMatcher.StatsMatcherOneofCase.ExclusionList:
                ConfigMatcher[] excluded = ReadList(message.ExclusionList, $"{path}.exclusion_list", context);
                return name => !MatchesAny(excluded, name);
            default:
                return null;
        }
    }

    private static ConfigMatcher[] ReadList(ListStringMatcher list, string path, ReadContext context) =>
        [.. list.Patterns.Select((pattern, i) => MatcherReader.ReadString(pattern, $"{path}.patterns[{i}]", context))];

    private static bool MatchesAny(ConfigMatcher[] matchers, string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        foreach (ConfigMatcher matcher in matchers)
        {
            if (matcher.Matches(bytes))
            {
                return true;
            }
        }

        return false;
    }
}
