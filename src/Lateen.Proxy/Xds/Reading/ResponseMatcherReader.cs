namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Common.Matcher.V3;
using Lateen.Proxy.Config;

/// <summary>Reads a MatchPredicate about a response's headers.</summary>
internal static class ResponseMatcherReader
{
    private const int MaxDepth = 16;

    public static ResponseMatcher Read(MatchPredicate message, string path, ReadContext context, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            context.Error(path, $"is nested deeper than {MaxDepth}");
            return ResponseMatcher.Always();
        }

        switch (message.RuleCase)
        {
            case MatchPredicate.RuleOneofCase.OrMatch:
                return ResponseMatcher.Any(ReadSet(message.OrMatch, $"{path}.or_match", context, depth));
            case MatchPredicate.RuleOneofCase.AndMatch:
                return ResponseMatcher.All(ReadSet(message.AndMatch, $"{path}.and_match", context, depth));
            case MatchPredicate.RuleOneofCase.NotMatch:
                return ResponseMatcher.Not(Read(message.NotMatch, $"{path}.not_match", context, depth + 1));
            case MatchPredicate.RuleOneofCase.AnyMatch:
                return ResponseMatcher.Always();
            case MatchPredicate.RuleOneofCase.HttpResponseHeadersMatch:
                return ResponseMatcher.Headers(MatcherReader.ReadHeaders(
                    message.HttpResponseHeadersMatch.Headers, $"{path}.http_response_headers_match.headers", context));
            default:
                context.Error(path, "must be or_match, and_match, not_match, any_match or http_response_headers_match");
                return ResponseMatcher.Always();
        }
    }

    private static ResponseMatcher[] ReadSet(MatchPredicate.Types.MatchSet set, string path, ReadContext context, int depth)
    {
        if (set.Rules.Count < 2)
        {
            context.Error($"{path}.rules", "needs at least two rules");
        }

        return [.. set.Rules.Select((rule, i) => Read(rule, $"{path}.rules[{i}]", context, depth + 1))];
    }
}
