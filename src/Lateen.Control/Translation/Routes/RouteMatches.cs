namespace Lateen.Control.Translation.Routes;

using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Lateen.Api.Resources.Networking;

/// <summary>A match block as a route match; conditions inside it must all hold.</summary>
internal static class RouteMatches
{
    public static RouteMatch Translate(HttpMatchRequest? match, bool wholeSegments)
    {
        if (match is null)
        {
            return new RouteMatch { Prefix = "/" };
        }

        RouteMatch result = Path(match, wholeSegments);
        if (match.IgnoreUriCase)
        {
            result.CaseSensitive = false;
        }

        AddPseudoHeader(result, ":method", match.Method);
        AddPseudoHeader(result, ":authority", match.Authority);
        AddPseudoHeader(result, ":scheme", match.Scheme);
        foreach ((string name, StringMatch value) in match.Headers)
        {
            result.Headers.Add(Header(name, value));
        }

        foreach ((string name, StringMatch value) in match.WithoutHeaders)
        {
            HeaderMatcher without = Header(name, value);
            without.InvertMatch = true;
            // A request that lacks the header is one without the value, so it must reach the comparison.
            without.TreatMissingHeaderAsEmpty = !IsPresence(value);
            result.Headers.Add(without);
        }

        foreach ((string name, StringMatch value) in match.QueryParams)
        {
            result.QueryParameters.Add(IsPresence(value)
                ? new QueryParameterMatcher { Name = name, PresentMatch = true }
                : new QueryParameterMatcher { Name = name, StringMatch = Matcher(value) });
        }

        return result;
    }

    /// <summary>A condition on one text.</summary>
    public static StringMatcher Matcher(StringMatch value) => value switch
    {
        { Exact: { } exact } => new StringMatcher { Exact = exact },
        { Prefix: { } prefix } => new StringMatcher { Prefix = prefix },
        _ => new StringMatcher { SafeRegex = new RegexMatcher { Regex = value.Regex ?? "" } },
    };

    private static RouteMatch Path(HttpMatchRequest match, bool wholeSegments) => match.Uri switch
    {
        { Exact: { } exact } => new RouteMatch { Path = exact },
        { Prefix: { } prefix } when wholeSegments && prefix != "/" => new RouteMatch { PathSeparatedPrefix = prefix },
        // Istio's prefix is a prefix of characters: /v2 takes /v2x too.
        { Prefix: { } prefix } => new RouteMatch { Prefix = prefix },
        { Regex: { } regex } => new RouteMatch { SafeRegex = new RegexMatcher { Regex = regex } },
        _ => new RouteMatch { Prefix = "/" },
    };

    private static void AddPseudoHeader(RouteMatch result, string name, StringMatch? value)
    {
        if (value is not null)
        {
            result.Headers.Add(Header(name, value));
        }
    }

    private static HeaderMatcher Header(string name, StringMatch value) => IsPresence(value)
        ? new HeaderMatcher { Name = name, PresentMatch = true }
        : new HeaderMatcher { Name = name, StringMatch = Matcher(value) };

    // An empty match, and a regular expression that takes every value, ask only that there is one.
    private static bool IsPresence(StringMatch value) =>
        value is { Exact: null, Prefix: null, Regex: null or "*" or ".*" };
}
