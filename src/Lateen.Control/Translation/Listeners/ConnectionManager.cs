namespace Lateen.Control.Translation.Listeners;

using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;

/// <summary>The HTTP connection manager of a filter chain.</summary>
internal static class ConnectionManager
{
    private const string Name = "envoy.filters.network.http_connection_manager";

    public static Filter WithRoutesFromAds(
        HttpRole role, string statPrefix, string routeName, AccessLogSettings accessLog, bool forwardsByName, bool grpcWeb)
    {
        HttpConnectionManager manager = Create(role, statPrefix, accessLog, forwardsByName, grpcWeb);
        manager.Rds = new Rds { ConfigSource = AdsSource.Create(), RouteConfigName = routeName };
        return Pack(manager);
    }

    public static Filter WithRoutes(
        HttpRole role, string statPrefix, RouteConfiguration routes, AccessLogSettings accessLog, bool grpcWeb = false)
    {
        HttpConnectionManager manager = Create(role, statPrefix, accessLog, forwardsByName: false, grpcWeb);
        manager.RouteConfig = routes;
        return Pack(manager);
    }

    private static Filter Pack(HttpConnectionManager manager) => new() { Name = Name, TypedConfig = Any.Pack(manager) };

    private static HttpConnectionManager Create(
        HttpRole role, string statPrefix, AccessLogSettings accessLog, bool forwardsByName, bool grpcWeb)
    {
        HttpConnectionManager manager = new()
        {
            StatPrefix = statPrefix,
            CodecType = HttpConnectionManager.Types.CodecType.Auto,
            // Istio switches Envoy's five minutes off: an idle stream is the application's business.
            StreamIdleTimeout = new Duration(),
            UpgradeConfigs = { new HttpConnectionManager.Types.UpgradeConfig { UpgradeType = "websocket" } },
            NormalizePath = true,
            PathWithEscapedSlashesAction = HttpConnectionManager.Types.PathWithEscapedSlashesAction.KeepUnchanged,
            Proxy100Continue = true,
            UseRemoteAddress = role is HttpRole.Gateway,
        };
        // Sidecars name themselves only towards callers; at the outbound side Envoy's default name stays (as Istio does).
        if (role is not HttpRole.SidecarOutbound)
        {
            manager.ServerName = "istio-envoy";
            manager.ForwardClientCertDetails = role is HttpRole.Gateway
                ? HttpConnectionManager.Types.ForwardClientCertDetails.SanitizeSet
                : HttpConnectionManager.Types.ForwardClientCertDetails.AppendForward;
            manager.SetCurrentClientCertDetails = new HttpConnectionManager.Types.SetCurrentClientCertDetails
            {
                Subject = true,
                Dns = true,
                Uri = true,
            };
        }

        manager.HttpFilters.AddRange(HttpFilters.For(role, forwardsByName, grpcWeb));
        manager.AccessLog.AddRange(AccessLogs.From(accessLog));
        return manager;
    }
}
