namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Proxy.Overload;

/// <summary>What a request must pass before its route is looked for: there is capacity, and its path and authority have one form.</summary>
internal static class RequestAdmission
{
    /// <summary>False when the request was answered.</summary>
    public static bool TryAdmit(ActiveStream stream, HeaderMap request, OverloadState overload, bool bypassesOverload)
    {
        ConnectionManager manager = stream.Manager;
        if (overload.StopsRequests && !bypassesOverload)
        {
            manager.Stats.RequestOverload.Increment();
            stream.Respond(503, ResponseFlags.OverloadManagerTerminated, ResponseCodeDetails.Overload, "envoy overloaded"u8);
            return false;
        }

        PathStatus path = PathNormalizer.Normalize(request, manager.Config);
        if (path is not PathStatus.Fine)
        {
            RefusePath(stream, request, path);
            return false;
        }

        if (manager.NormalizesHost)
        {
            HostNormalizer.Apply(request, manager.Config, stream.Connection.LocalAddress.Port);
        }

        return true;
    }

    private static void RefusePath(ActiveStream stream, HeaderMap request, PathStatus path)
    {
        // gRPC clients follow no redirects.
        stream.Info.ResponseCodeDetails = ResponseCodeDetails.PathNormalizationFailed;
        if (path is PathStatus.Redirect && !stream.Info.IsGrpc)
        {
            stream.Manager.Stats.PathRedirected.Increment();
            stream.SendLocal(307, default, PseudoHeaders.Path(request));
            return;
        }

        stream.Manager.Stats.PathRejected.Increment();
        stream.SendLocal(400, default, default);
    }
}
