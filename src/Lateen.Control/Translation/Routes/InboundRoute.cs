namespace Lateen.Control.Translation.Routes;

using System.Globalization;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;

/// <summary>The single route from an inbound filter chain to the workload.</summary>
internal static class InboundRoute
{
    public static RouteConfiguration Translate(string cluster, int port, string operation, bool retry)
    {
        RouteAction action = new() { Cluster = cluster, Timeout = new Duration() };
        if (retry)
        {
            // The workload may have closed an idle connection just before the request was written to it; nothing of the request
            // was processed then, so sending it again is safe.
            action.RetryPolicy = new RetryPolicy { RetryOn = "reset-before-request", NumRetries = 2 };
        }

        return new RouteConfiguration
        {
            Name = cluster,
            ValidateClusters = false,
            VirtualHosts =
            {
                new VirtualHost
                {
                    Name = port > 0 ? "inbound|http|" + port.ToString(CultureInfo.InvariantCulture) : "inbound|http|0",
                    Domains = { "*" },
                    Routes =
                    {
                        new Route
                        {
                            Name = "default",
                            Match = new RouteMatch { Prefix = "/" },
                            Route_ = action,
                            Decorator = new Decorator { Operation = operation },
                        },
                    },
                },
            },
        };
    }
}
