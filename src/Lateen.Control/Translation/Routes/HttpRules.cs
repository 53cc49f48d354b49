namespace Lateen.Control.Translation.Routes;

using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>A virtual service's HTTP rule as routes: one for each of its matches, or one that takes everything.</summary>
internal static class HttpRules
{
    public static IEnumerable<Route> Translate(RuleInputs inputs, HttpRetry? defaultRetries)
    {
        if (inputs.Rule.Match.Count == 0)
        {
            yield return Build(inputs, null, defaultRetries);
            yield break;
        }

        foreach (HttpMatchRequest match in inputs.Rule.Match)
        {
            yield return Build(inputs, match, defaultRetries);
        }
    }

    public static bool TakesEverything(Route route)
    {
        bool anyPath = route.Match.PathSpecifierCase switch
        {
            RouteMatch.PathSpecifierOneofCase.Prefix => route.Match.Prefix == "/",
            RouteMatch.PathSpecifierOneofCase.SafeRegex => route.Match.SafeRegex.Regex is ".*" or "/.*",
            _ => false,
        };
        return anyPath && route.Match.Headers.Count == 0 && route.Match.QueryParameters.Count == 0;
    }

    private static Route Build(RuleInputs inputs, HttpMatchRequest? match, HttpRetry? defaultRetries)
    {
        HttpRoute rule = inputs.Rule;
        Route route = new()
        {
            Name = NameOf(rule, match),
            Match = RouteMatches.Translate(match, wholeSegments: inputs.Origin is not ConfigOrigin.Istio),
            Metadata = IstioMetadata.OfConfig(inputs.ConfigPath),
        };
        Headers.Apply(rule.Headers, route);
        if (rule.Redirect is { } redirect)
        {
            route.Redirect = Redirects.Translate(redirect, inputs.RequestPort);
            if (inputs.Origin is ConfigOrigin.GatewayApi && redirect.PrefixRewrite == "/")
            {
                Redirects.TakePrefixAway(route.Redirect, match?.Uri?.Prefix ?? "/");
            }
        }
        else if (rule.DirectResponse is { } response)
        {
            route.DirectResponse = DirectResponse(response);
        }
        else
        {
            route.Route_ = Forward(inputs, route, defaultRetries);
            if (inputs.Origin is ConfigOrigin.GatewayApi)
            {
                // Istio: a backend that does not exist takes its share of the requests, and fails them.
                route.Route_.ClusterNotFoundResponseCode = RouteAction.Types.ClusterNotFoundResponseCode.InternalServerError;
            }

            route.Decorator = new Decorator { Operation = inputs.Operation };
        }

        Faults.Apply(rule.Fault, route);
        CrossOrigin.Apply(rule.CorsPolicy, route);
        return route;
    }

    // Istio joins the rule's and the match's names, so that %ROUTE_NAME% says which of several matches held.
    private static string NameOf(HttpRoute rule, HttpMatchRequest? match)
    {
        string matchName = match?.Name ?? "";
        return rule.Name.Length > 0 && matchName.Length > 0 ? rule.Name + "." + matchName : rule.Name + matchName;
    }

    private static DirectResponseAction DirectResponse(HttpDirectResponse response)
    {
        DirectResponseAction action = new() { Status = (uint)response.Status };
        if (response.Body?.String is { } text)
        {
            action.Body = new DataSource { InlineString = text };
        }
        else if (response.Body?.Bytes is { } bytes)
        {
            action.Body = new DataSource { InlineBytes = ByteString.FromBase64(bytes) };
        }

        return action;
    }

    private static RouteAction Forward(RuleInputs inputs, Route route, HttpRetry? defaultRetries)
    {
        HttpRoute rule = inputs.Rule;
        RouteAction action = new()
        {
            Timeout = rule.Timeout is { } timeout ? Duration.FromTimeSpan(timeout) : new Duration(),
            RetryPolicy = Retries.Translate(rule.Retries ?? defaultRetries, inputs.Hashes.Count > 0),
            // A gRPC client's own grpc-timeout is capped by the route's timeout; zero lets it stand.
            MaxGrpcTimeout = rule.Timeout is { } grpcTimeout ? Duration.FromTimeSpan(grpcTimeout) : new Duration(),
        };
        Rewrites.Apply(rule.Rewrite, action);
        ToDestinations(inputs, action, route);
        Mirrors.Apply(inputs, action);
        HashPolicies.Apply(inputs.Hashes, action);
        return action;
    }

    private static void ToDestinations(RuleInputs inputs, RouteAction action, Route route)
    {
        if (inputs.Clusters.Count == 1)
        {
            // With one destination its weight says nothing, and its header operations are the route's.
            action.Cluster = inputs.Clusters[0];
            Headers.Apply(inputs.Rule.Route[0].Headers, route);
            Headers.RewriteHost(inputs.Rule.Route[0].Headers, action);
        }
        else
        {
            WeightedCluster clusters = new();
            for (int i = 0; i < inputs.Clusters.Count; i++)
            {
                HttpRouteDestination destination = inputs.Rule.Route[i];
                if (destination.Weight > 0)
                {
                    clusters.Clusters.Add(Share(inputs.Clusters[i], destination));
                }
            }

            action.WeightedClusters = clusters;
        }

        Headers.RewriteHost(inputs.Rule.Headers, action);
    }

    private static WeightedCluster.Types.ClusterWeight Share(string cluster, HttpRouteDestination destination)
    {
        WeightedCluster.Types.ClusterWeight share = new() { Name = cluster, Weight = (uint)destination.Weight };
        Headers.Apply(destination.Headers, share);
        return share;
    }
}
