namespace Lateen.Control.Translation.Grpc;

using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Control.Translation.Routes;

/// <summary>
/// A service's routes without what a gRPC client cannot do: it refuses the whole configuration over one redirect or direct
/// response, or over a filter's settings that it does not know, so such routes and settings are left out.
/// </summary>
internal static class GrpcRoutes
{
    public static RouteConfiguration Translate(GrpcRoutesInputs inputs)
    {
        RouteConfiguration sidecars = RouteConfigurations.Translate(inputs.Routes);
        RouteConfiguration routes = new() { Name = inputs.Name };
        // The first host is the service's; what takes all other hosts is for proxies.
        foreach (VirtualHost source in sidecars.VirtualHosts.Take(1))
        {
            VirtualHost host = new() { Name = source.Name };
            host.Domains.AddRange(source.Domains);
            host.Routes.AddRange(source.Routes.Where(IsForwarded).Select(Adapt));
            routes.VirtualHosts.Add(host);
        }

        return routes;
    }

    private static bool IsForwarded(Route route) =>
        route.ActionCase is Route.ActionOneofCase.Route_ && route.Match.QueryParameters.Count == 0;

    private static Route Adapt(Route source)
    {
        Route route = new() { Name = source.Name, Match = source.Match };
        RouteAction action = source.Route_.Clone();
        action.RequestMirrorPolicies.Clear();
        LimitTime(action);
        route.Route_ = action;
        if (source.TypedPerFilterConfig.TryGetValue(GrpcListener.FaultFilter, out Any? fault))
        {
            route.TypedPerFilterConfig[GrpcListener.FaultFilter] = fault;
        }

        return route;
    }

    // gRPC takes a call's time limit from max_stream_duration and knows no timeout (gRFC A31).
    private static void LimitTime(RouteAction action)
    {
        if (action.Timeout is { } timeout && timeout.ToTimeSpan() > TimeSpan.Zero)
        {
            action.MaxStreamDuration = new RouteAction.Types.MaxStreamDuration { MaxStreamDuration_ = timeout };
        }

        action.Timeout = null;
        action.MaxGrpcTimeout = null;
    }
}
