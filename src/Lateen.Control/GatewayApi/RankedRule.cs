namespace Lateen.Control.GatewayApi;

using Lateen.Api.Resources.Networking;

/// <summary>A rule with what decides its place among the rules of all routes for one host.</summary>
/// <param name="Rule">The rule, with one match.</param>
/// <param name="Match">That match.</param>
/// <param name="Order">The place of its route by age and name, of the rule in the route, of the match in the rule.</param>
internal sealed record RankedRule(HttpRoute Rule, HttpMatchRequest Match, (int Route, int Rule, int Match) Order)
{
    /// <summary>
    /// The specification's order: exact path, longest prefix, method, number of headers, number of query parameters, then age. Regular
    /// expressions come after prefixes, as in Istio.
    /// </summary>
    public static IEnumerable<HttpRoute> Sort(IEnumerable<RankedRule> rules) => rules
        .OrderByDescending(each => each.KindOfPath)
        .ThenByDescending(each => each.PathLength)
        .ThenByDescending(each => each.Match.Method is not null)
        .ThenByDescending(each => each.Match.Headers.Count)
        .ThenByDescending(each => each.Match.QueryParams.Count)
        .ThenBy(each => each.Order)
        .Select(each => each.Rule);

    // A prefix of "/" takes every path, so it must not stand before a regular expression.
    private int KindOfPath => Match.Uri switch
    {
        { Exact: not null } => 3,
        { Prefix: not (null or "/") } => 2,
        { Regex: not null } => 1,
        _ => 0,
    };

    private int PathLength => (Match.Uri?.Exact ?? Match.Uri?.Prefix ?? Match.Uri?.Regex ?? "").Length;
}
