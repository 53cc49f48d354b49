namespace Lateen.Proxy.Http;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Routing;

/// <summary>What a route asks of a request and of its response: where it goes, whether it may, and how both look.</summary>
internal static class RouteActions
{
    /// <summary>Naming the cluster in a header is rare enough to make a string of it.</summary>
    public static Cluster? ClusterFromHeader(ActiveStream stream, Route route) =>
        route.ClusterHeader.Length > 0 && stream.Request.TryGet(route.ClusterHeader, out ReadOnlySpan<byte> name)
            ? stream.Snapshot.Clusters.GetValueOrDefault(Encoding.UTF8.GetString(name))
            : null;

    /// <summary>Answers what goes to no host: true when it did.</summary>
    public static bool TryAnswer(ActiveStream stream, Route? route, Cluster? cluster, bool needsTls)
    {
        if (needsTls)
        {
            RouteReply.SendTlsRedirect(stream);
        }
        else if (route is null)
        {
            stream.Manager.Stats.NoRoute.Increment();
            stream.Respond(404, ResponseFlags.NoRouteFound, ResponseCodeDetails.RouteNotFound, default);
        }
        else if (route.Forward is not { } action)
        {
            RouteReply.Send(stream, route);
        }
        else if (cluster is null)
        {
            stream.Manager.Stats.NoCluster.Increment();
            stream.Respond(action.ClusterNotFoundStatus, ResponseFlags.NoClusterFound, ResponseCodeDetails.ClusterNotFound, default);
        }
        else if (cluster.DropOverload is { } drop && drop.Share.Draw(stream.Random))
        {
            RouteReply.SendDropped(stream, cluster);
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>The request came in plaintext where only TLS will do.</summary>
    public static bool NeedsTls(ActiveStream stream, TlsRequirement requirement) =>
        requirement is not TlsRequirement.None
        && !stream.Request.GetOrEmpty("x-forwarded-proto"u8).SequenceEqual("https"u8)
        && (requirement is TlsRequirement.All || !stream.IsTrusted);

    /// <summary>Applies header mutations and rewrites.</summary>
    public static void Rewrite(ActiveStream stream, Route route, RouteTarget target)
    {
        HeaderMap request = stream.Request;
        SetDecorator(stream, route, request);
        target.RequestHeaders.Apply(request, request, stream.Info);
        route.Rewrite?.Apply(request, target);
    }

    /// <summary>Once for each try: the host is chosen.</summary>
    public static void Address(ActiveStream stream, Route route, Host host)
    {
        StreamInfo info = stream.Info;
        info.UpstreamHost = host;
        info.UpstreamRemoteAddress = host.Address;
        info.AttemptCount++;
        if (route.VirtualHost.IncludeRequestAttemptCount)
        {
            LocalReply.SetOwnNumber(stream.Request, "x-envoy-attempt-count"u8, info.AttemptCount);
        }

        if (route.Forward is { AutoHostRewrite: true } && host.Config.Hostname.Length > 0)
        {
            route.Rewrite?.SetHost(stream.Request, host.Config.Hostname);
        }
    }

    /// <summary>Makes our response head of the upstream's.</summary>
    public static void CopyResponse(ActiveStream stream, Route? route, HeaderMap upstream, long serviceMillis)
    {
        HeaderMap response = stream.Response;
        response.CopyFrom(upstream);
        response.Remove("x-envoy-decorator-operation"u8);
        LocalReply.SetOwnNumber(response, "x-envoy-upstream-service-time"u8, serviceMillis);
        if (route is { VirtualHost.IncludeAttemptCountInResponse: true })
        {
            LocalReply.SetOwnNumber(response, "x-envoy-attempt-count"u8, stream.Info.AttemptCount);
        }
    }

    // The caller's proxy names the operation; the callee's takes the name off before the application sees it.
    private static void SetDecorator(ActiveStream stream, Route route, HeaderMap request)
    {
        if (stream.Direction is TrafficDirection.Inbound)
        {
            request.Remove("x-envoy-decorator-operation"u8);
        }
        else if (route.DecoratorOperation.Length > 0)
        {
            request.Set("x-envoy-decorator-operation"u8, route.DecoratorOperation);
        }
    }
}
