namespace Lateen.Control.Translation.Routes;

using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Translation.Clusters;

/// <summary>Route configurations of sidecars and gateways.</summary>
internal static class RouteConfigurations
{
    public static RouteConfiguration Translate(RouteConfigurationInputs inputs)
    {
        RouteConfiguration configuration = new()
        {
            Name = inputs.Name,
            // Routes may name clusters that are still on their way or do not exist; these answer 503 NC instead of being refused.
            ValidateClusters = false,
            IgnorePortInHostMatching = true,
        };
        configuration.VirtualHosts.AddRange(inputs.Hosts.Select(host => Host(host, inputs.DefaultRetries)));
        switch (inputs.CatchAll)
        {
            case CatchAll.AllowAny:
                configuration.VirtualHosts.Add(AllowAny(inputs.RestCluster));
                break;
            case CatchAll.BlockAll:
                configuration.VirtualHosts.Add(BlockAll());
                break;
            default:
                break;
        }

        return configuration;
    }

    private static VirtualHost Host(VirtualHostInputs inputs, HttpRetry? defaultRetries)
    {
        VirtualHost host = new() { Name = inputs.Name, IncludeRequestAttemptCount = true };
        host.Domains.AddRange(inputs.Domains);
        if (inputs.RequireTls)
        {
            host.RequireTls = VirtualHost.Types.TlsRequirementType.All;
        }

        List<Route> routes = [.. inputs.Rules.SelectMany(rule => HttpRules.Translate(rule, defaultRetries))];
        if (routes.Count == 0 && inputs.DefaultCluster.Length > 0)
        {
            routes.Add(ToCluster(inputs, defaultRetries));
        }

        // A rule without conditions takes everything, so it comes last, whichever object it is from.
        host.Routes.AddRange(routes.Where(route => !HttpRules.TakesEverything(route)));
        host.Routes.AddRange(routes.Where(HttpRules.TakesEverything));
        return host;
    }

    private static Route ToCluster(VirtualHostInputs inputs, HttpRetry? defaultRetries)
    {
        RouteAction action = new()
        {
            Cluster = inputs.DefaultCluster,
            Timeout = new Duration(),
            RetryPolicy = Retries.Translate(defaultRetries, inputs.DefaultHashes.Count > 0),
            MaxGrpcTimeout = new Duration(),
        };
        HashPolicies.Apply(inputs.DefaultHashes, action);
        return new Route
        {
            Name = "default",
            Match = new RouteMatch { Prefix = "/" },
            Route_ = action,
            Decorator = new Decorator { Operation = inputs.Operation },
        };
    }

    private static VirtualHost AllowAny(string cluster) => new()
    {
        Name = "allow_any",
        Domains = { "*" },
        IncludeRequestAttemptCount = true,
        Routes =
        {
            new Route
            {
                Name = "allow_any",
                Match = new RouteMatch { Prefix = "/" },
                Route_ = new RouteAction
                {
                    Cluster = cluster,
                    Timeout = new Duration(),
                    MaxGrpcTimeout = new Duration(),
                },
            },
        },
    };

    private static VirtualHost BlockAll() => new()
    {
        Name = "block_all",
        Domains = { "*" },
        IncludeRequestAttemptCount = true,
        Routes =
        {
            new Route
            {
                Name = "block_all",
                Match = new RouteMatch { Prefix = "/" },
                DirectResponse = new DirectResponseAction { Status = 502 },
            },
        },
    };
}
