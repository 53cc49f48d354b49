namespace Lateen.Proxy.Http;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Routing;

/// <summary>What a route asks for before a request's first try: where it goes, whether it may, and how it looks.</summary>
internal static class RequestPreparation
{
    /// <summary>Naming the cluster in a header is rare enough to make a string of it.</summary>
    public static Cluster? ClusterFromHeader(ActiveStream stream, Route route) =>
        route.ClusterHeader.Length > 0 && stream.Request.TryGet(route.ClusterHeader, out ReadOnlySpan<byte> name)
            ? stream.Snapshot.Clusters.GetValueOrDefault(Encoding.UTF8.GetString(name))
            : null;

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
