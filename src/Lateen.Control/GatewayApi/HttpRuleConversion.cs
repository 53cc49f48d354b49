namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>Turns a rule into Istio's: one rule for each match, since matches are ranked one by one.</summary>
internal static class HttpRuleConversion
{
    private const int BackendFailure = 500;
    private const int DefaultAttempts = 2;

    /// <summary>The rules of a route, for a parent that listens on a port (0 for the mesh).</summary>
    public static IEnumerable<RankedRule> Convert(
        ConfigObject<DeclaredRoute> route, int order, int parentPort, Backends backends, Problems problems)
    {
        for (int i = 0; i < route.Spec.Http.Count; i++)
        {
            HttpRouteRule rule = route.Spec.Http[i];
            HttpRoute action = ActionOf(route.Key, rule, backends, problems) with
            {
                Name = $"{route.Key.Namespace}.{route.Key.Name}.{i}",
            };
            ValueList<HttpRouteMatch> matches = rule.Matches.Count > 0 ? rule.Matches : [new HttpRouteMatch()];
            for (int j = 0; j < matches.Count; j++)
            {
                HttpMatchRequest match = MatchConversion.Convert(matches[j]);
                HttpRoute converted = FilterConversion.WithPath(action, rule.Filters, match, parentPort) with { Match = [match] };
                yield return new RankedRule(converted, match, (order, i, j));
            }
        }
    }

    private static HttpRoute ActionOf(ResourceKey key, HttpRouteRule rule, Backends backends, Problems problems)
    {
        HttpRoute action = FilterConversion.Apply(new HttpRoute(), key, rule.Filters, backends, problems);
        if (action.Redirect is not null)
        {
            return action;
        }

        ValueList<HttpRouteDestination> destinations =
            rule.BackendRefs.Select(each => DestinationOf(key, each, backends, problems)).ToValueList();
        bool anyServed = destinations.Any(each => each.Weight > 0 && !Backends.IsNowhere(each.Destination));
        if (!anyServed)
        {
            // The specification: without a backend that can be called the answer is 500.
            return action with { DirectResponse = new HttpDirectResponse { Status = BackendFailure }, Rewrite = null };
        }

        return action with
        {
            Route = destinations,
            Timeout = rule.Timeouts?.Request,
            Retries = RetriesOf(rule),
        };
    }

    private static HttpRouteDestination DestinationOf(
        ResourceKey key, HttpBackendReference reference, Backends backends, Problems problems)
    {
        HeaderRules? headers = reference.Filters.Count > 0
            ? FilterConversion.Apply(new HttpRoute(), key, reference.Filters, backends, problems).Headers
            : null;
        return new HttpRouteDestination
        {
            Destination = backends.Find(key, reference, problems),
            Weight = reference.Weight ?? 1,
            Headers = headers,
        };
    }

    private static HttpRetry? RetriesOf(HttpRouteRule rule)
    {
        TimeSpan? perTry = rule.Timeouts?.BackendRequest is { } limit && limit > TimeSpan.Zero ? limit : null;
        if (rule.Retry is not { } retry)
        {
            return perTry is null ? null : new HttpRetry { Attempts = DefaultAttempts, PerTryTimeout = perTry };
        }

        string[] conditions = [.. retry.Codes.Select(code => $"{code}"), "connect-failure", "refused-stream", "unavailable", "cancelled"];
        return new HttpRetry
        {
            Attempts = retry.Attempts ?? DefaultAttempts,
            Backoff = retry.Backoff,
            PerTryTimeout = perTry,
            RetryOn = string.Join(',', conditions),
        };
    }
}
