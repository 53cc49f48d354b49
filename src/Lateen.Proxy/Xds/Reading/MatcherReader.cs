namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Core.V3;
using Envoy.Type.Matcher.V3;
using Envoy.Type.V3;
using Lateen.Proxy.Config;
using ConfigHeaderMatcher = Lateen.Proxy.Config.HeaderMatcher;
using ConfigQueryMatcher = Lateen.Proxy.Config.QueryParameterMatcher;
using ConfigStringMatcher = Lateen.Proxy.Config.StringMatcher;
using HeaderMatcher = Envoy.Config.Route.V3.HeaderMatcher;
using QueryParameterMatcher = Envoy.Config.Route.V3.QueryParameterMatcher;
using StringMatcher = Envoy.Type.Matcher.V3.StringMatcher;

/// <summary>Reads matchers of strings, headers and query parameters, and shares of requests.</summary>
public static class MatcherReader
{
    public static RegexPattern? ReadRegex(RegexMatcher? message, string path, ReadContext context)
    {
        if (message is null || message.Regex.Length == 0)
        {
            context.Error($"{path}.regex", "is required");
            return null;
        }

        return RegexReader.Read(message.Regex, $"{path}.regex", context);
    }

    public static ConfigStringMatcher ReadString(StringMatcher message, string path, ReadContext context)
    {
        switch (message.MatchPatternCase)
        {
            case StringMatcher.MatchPatternOneofCase.Exact:
                return new ConfigStringMatcher(StringMatchKind.Exact, message.Exact, message.IgnoreCase);
            case StringMatcher.MatchPatternOneofCase.Prefix:
                return new ConfigStringMatcher(StringMatchKind.Prefix, message.Prefix, message.IgnoreCase);
            case StringMatcher.MatchPatternOneofCase.Suffix:
                return new ConfigStringMatcher(StringMatchKind.Suffix, message.Suffix, message.IgnoreCase);
            case StringMatcher.MatchPatternOneofCase.Contains:
                return new ConfigStringMatcher(StringMatchKind.Contains, message.Contains, message.IgnoreCase);
            case StringMatcher.MatchPatternOneofCase.SafeRegex:
                RegexPattern? regex = ReadRegex(message.SafeRegex, $"{path}.safe_regex", context);
                return regex is null ? ConfigStringMatcher.Exact("") : new ConfigStringMatcher(regex);
            default:
                context.Error(path, "one of exact, prefix, suffix, contains and safe_regex is required");
                return ConfigStringMatcher.Exact("");
        }
    }

    public static IReadOnlyList<ConfigHeaderMatcher> ReadHeaders(IReadOnlyList<HeaderMatcher> messages, string path, ReadContext context)
    {
        var matchers = new List<ConfigHeaderMatcher>(messages.Count);
        for (int i = 0; i < messages.Count; i++)
        {
            if (messages[i].Name.Length == 0)
            {
                context.Error($"{path}[{i}].name", "is required");
            }

            matchers.Add(ReadHeader(messages[i], $"{path}[{i}]", context));
        }

        return matchers;
    }

    public static IReadOnlyList<ConfigQueryMatcher> ReadQuery(
        IReadOnlyList<QueryParameterMatcher> messages, string path, ReadContext context)
    {
        var matchers = new List<ConfigQueryMatcher>(messages.Count);
        for (int i = 0; i < messages.Count; i++)
        {
            QueryParameterMatcher message = messages[i];
            if (message.Name.Length == 0)
            {
                context.Error($"{path}[{i}].name", "is required");
            }

            // Presence is asked for by default; present_match false asks for absence.
            bool absent = message is
            {
                QueryParameterMatchSpecifierCase: QueryParameterMatcher.QueryParameterMatchSpecifierOneofCase.PresentMatch,
                PresentMatch: false,
            };
            matchers.Add(message.StringMatch is null
                ? new ConfigQueryMatcher(message.Name, null, absent)
                : new ConfigQueryMatcher(message.Name, ReadString(message.StringMatch, $"{path}[{i}].string_match", context)));
        }

        return matchers;
    }

    public static FractionalShare ReadShare(FractionalPercent? message, string path, ReadContext context)
    {
        if (message is null)
        {
            return FractionalShare.Never;
        }

        uint denominator = message.Denominator switch
        {
            FractionalPercent.Types.DenominatorType.Hundred => 100,
            FractionalPercent.Types.DenominatorType.TenThousand => 10_000,
            FractionalPercent.Types.DenominatorType.Million => 1_000_000,
            _ => 0,
        };
        if (denominator == 0)
        {
            context.Error($"{path}.denominator", $"unknown value {(int)message.Denominator}");
        }

        return new FractionalShare(message.Numerator, denominator);
    }

    public static FractionalShare? ReadShare(RuntimeFractionalPercent? message, string path, ReadContext context) =>
        message is null ? null : ReadShare(message.DefaultValue, $"{path}.default_value", context);

    // RE2 writes groups as \1, .NET as $1; a literal dollar must be doubled.
    internal static string ReadSubstitution(RegexMatchAndSubstitute? message)
    {
        if (message is null)
        {
            return "";
        }

        string text = message.Substitution.Replace("$", "$$", StringComparison.Ordinal);
        return System.Text.RegularExpressions.Regex.Replace(
            text, @"\\(\\|\d)", static m => m.Groups[1].Value == "\\" ? "\\" : "${" + m.Groups[1].Value + "}");
    }

    private static ConfigHeaderMatcher ReadHeader(HeaderMatcher message, string path, ReadContext context)
    {
        string name = message.Name;
        bool invert = message.InvertMatch;
        switch (message.HeaderMatchSpecifierCase)
        {
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.None:
                return ConfigHeaderMatcher.Present(name, true, invert);
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.PresentMatch:
                return ConfigHeaderMatcher.Present(name, message.PresentMatch, invert);
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.RangeMatch:
                return ConfigHeaderMatcher.Range(name, message.RangeMatch.Start, message.RangeMatch.End, invert);
            default:
                ConfigStringMatcher value = ReadHeaderValue(message, path, context);
                return ConfigHeaderMatcher.Of(name, value, invert, message.TreatMissingHeaderAsEmpty);
        }
    }

    // Four of these are the old spelling of string_match (deprecated in Envoy, still emitted).
    private static ConfigStringMatcher ReadHeaderValue(HeaderMatcher message, string path, ReadContext context)
    {
        switch (message.HeaderMatchSpecifierCase)
        {
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.StringMatch:
                return ReadString(message.StringMatch, $"{path}.string_match", context);
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.ExactMatch:
                return ConfigStringMatcher.Exact(message.ExactMatch);
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.PrefixMatch:
                return ConfigStringMatcher.Prefix(message.PrefixMatch);
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.SuffixMatch:
                return new ConfigStringMatcher(StringMatchKind.Suffix, message.SuffixMatch);
            case HeaderMatcher.HeaderMatchSpecifierOneofCase.ContainsMatch:
                return new ConfigStringMatcher(StringMatchKind.Contains, message.ContainsMatch);
            default:
                RegexPattern? regex = ReadRegex(message.SafeRegexMatch, $"{path}.safe_regex_match", context);
                return regex is null ? ConfigStringMatcher.Exact("") : new ConfigStringMatcher(regex);
        }
    }
}
